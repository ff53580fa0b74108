using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Files;
using VampNet.Models;

namespace VampNet.Cli.Batch;

/// <summary>
/// A batch's output folder. Outputs are made in a folder of the process, and moved to their place when all outputs of an item are complete;
/// a record of each item in <c>.vampnet-batch</c> holds what they were made from.
/// </summary>
/// <param name="path">The folder's full path.</param>
internal sealed class BatchFolder(string path)
{
    private const string OwnFolder = ".vampnet-batch";

    /// <summary>The folder's full path.</summary>
    public string Root { get; } = path;

    /// <summary>Folder of the shards' logs.</summary>
    public string Logs => Path.Combine(Root, OwnFolder, "logs");

    /// <summary>Folder in which processes make outputs.</summary>
    public string Work => Path.Combine(Root, OwnFolder, "work");

    /// <summary>The full path of an output.</summary>
    public string PathOf(string name) => Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Path of an item's record.</summary>
    public string RecordOf(string name) => Path.Combine(Root, OwnFolder, "items", $"{name.Replace('/', Path.DirectorySeparatorChar)}.json");

    /// <summary>The record of an item; null when there is none that can be read.</summary>
    public ItemRecord? ReadRecord(string name)
    {
        string file = RecordOf(name);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            ItemRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(file), BatchJson.Default.ItemRecord);
            return record?.Format == ItemRecord.CurrentFormat && !record.Outputs.IsDefault ? record : null;
        }
        catch (JsonException)
        {
            // A damaged record counts as none: the item is made again.
            return null;
        }
    }

    /// <summary>Whether an item's outputs are those of a key, byte for byte.</summary>
    public bool IsFinished(string name, string key) =>
        ReadRecord(name) is { IsFinished: true } record && record.Key == key && record.Outputs.All(IsWhole);

    /// <summary>Refuses to replace files that are not outputs of the item.</summary>
    /// <param name="name">The item.</param>
    /// <param name="outputs">Paths below the output folder that are to be written.</param>
    /// <exception cref="CommandException">VNL0033: such a file exists.</exception>
    public void RequireOwn(string name, IEnumerable<string> outputs)
    {
        HashSet<string> own = [.. ReadRecord(name)?.Outputs.Select(output => output.Name) ?? []];
        if (outputs.FirstOrDefault(output => !own.Contains(output) && Path.Exists(PathOf(output))) is { } foreign)
        {
            throw new CommandException(
                CommandErrorIds.BatchOutputForeign,
                found: $"{PathOf(foreign)}, which was not made from this input by a batch",
                expected: "no file there, or one that a batch made from this input",
                advice: "Choose another --out, move the file away, or give --overwrite to replace it"
            );
        }
    }

    /// <summary>Puts an item's outputs in their place. Killed at any point, it leaves a state from which the next run makes the item
    /// whole.</summary>
    /// <param name="name">The item.</param>
    /// <param name="key">Hash of everything that determines its outputs.</param>
    /// <param name="work">Its outputs are below its stage, under their final paths.</param>
    /// <returns>The record of the finished item.</returns>
    public ItemRecord Publish(string name, string key, WorkFolder work)
    {
        string staged = work.Stage;
        ImmutableArray<ManifestFile> outputs =
        [
            .. Directory
                .EnumerateFiles(staged, "*", SearchOption.AllDirectories)
                .Select(file =>
                    ManifestFile.Read(file) with
                    {
                        Name = Path.GetRelativePath(staged, file).Replace(Path.DirectorySeparatorChar, '/'),
                    }
                )
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        // Earlier outputs go first: files of two runs are never seen side by side.
        foreach (string old in ReadRecord(name)?.Outputs.Select(output => PathOf(output.Name)) ?? [])
        {
            if (Directory.Exists(Path.GetDirectoryName(old)))
            {
                File.Delete(old);
            }
        }

        ItemRecord record = new(ItemRecord.CurrentFormat, key, IsFinished: false, outputs);
        Write(name, record, work);
        foreach (ManifestFile output in outputs)
        {
            string target = PathOf(output.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(Path.Combine(staged, output.Name.Replace('/', Path.DirectorySeparatorChar)), target, overwrite: true);
        }

        record = record with { IsFinished = true };
        Write(name, record, work);
        return record;
    }

    private bool IsWhole(ManifestFile output)
    {
        FileInfo file = new(PathOf(output.Name));
        return file.Exists && file.Length == output.Bytes && ContentHash.ReadFile(file.FullName) == output.Sha256;
    }

    // The record is made in the folder of work, so that a killed process leaves nothing among the records.
    private void Write(string name, ItemRecord record, WorkFolder work)
    {
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(record, BatchJson.Default.ItemRecord), (byte)'\n'];
        WholeFile.Write(work.RecordFile, json);
        string target = RecordOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(work.RecordFile, target, overwrite: true);
    }
}
