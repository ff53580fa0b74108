using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VampNet.Cli.Batch;

/// <summary>Appends a line of JSON for each event to a shard's log, and reads such logs.</summary>
internal sealed class BatchLog : IDisposable
{
    private readonly FileStream _file;
    private readonly TextWriter? _copy;

    /// <param name="folder">Folder that logs are kept in.</param>
    /// <param name="shard">Names the file.</param>
    /// <param name="copy">Gets each line too; null for none.</param>
    public BatchLog(string folder, Shard shard, TextWriter? copy)
    {
        _copy = copy;
        Directory.CreateDirectory(folder);
        string name = string.Create(CultureInfo.InvariantCulture, $"shard-{shard.Index}-of-{shard.Count}.jsonl");
        _file = new FileStream(
            Path.Combine(folder, name),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        EndLastLine();
    }

    /// <summary>Appends a line.</summary>
    public void Write(BatchEvent line)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(line, BatchJson.Default.BatchEvent);
        _file.Write([.. json, (byte)'\n']);
        _file.Flush();
        _copy?.WriteLine(Encoding.UTF8.GetString(json));
    }

    /// <summary>The events of all logs in a folder, each file's in order. Lines that a killed process left unfinished are left
    /// out.</summary>
    public static IEnumerable<BatchEvent> ReadAll(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.jsonl")
            .Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Select(Parse)
            .OfType<BatchEvent>();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static BatchEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BatchJson.Default.BatchEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A process that was killed may have left half a line.
    private void EndLastLine()
    {
        if (_file.Length > 0)
        {
            _file.Seek(-1, SeekOrigin.End);
            if (_file.ReadByte() != '\n')
            {
                _file.WriteByte((byte)'\n');
            }
        }
    }
}
