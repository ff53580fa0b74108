using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;

namespace VampNet.Runtime;

/// <summary>Everything needed to make an output again: the options with the seed, and the input and models that they were used with. Kept
/// as JSON beside the output.</summary>
public sealed record VampRecord
{
    private const string CurrentFormat = "vampnet-vamp/1";
    private const string Processor = "cpu";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new MaskJsonConverter() },
    };

    /// <summary>The format version of this record.</summary>
    public required string Format { get; init; }

    /// <summary>The tool that made the output.</summary>
    public required string Tool { get; init; }

    /// <summary>SHA-256 of the input's rate and samples, whatever file they came in.</summary>
    public required string InputSha256 { get; init; }

    /// <summary>SHA-256 of each graph's file, by its name: a quantized graph gives other tokens than its original.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>Threads per operator, on which the last bits of its sums depend.</summary>
    public required int Threads { get; init; }

    /// <summary>The execution provider with its options, such as <c>cuda:0 use_tf32=1</c>; null for the processor.</summary>
    public string? Provider { get; init; }

    /// <summary>The options.</summary>
    public required VampOptions Options { get; init; }

    /// <summary>Describes a run.</summary>
    public static VampRecord Of(AudioClip input, VampNetModels models, VampOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(models);
        return new VampRecord
        {
            Format = CurrentFormat,
            Tool = $"VampNet.Runtime {ToolVersion}",
            InputSha256 = Hash(input),
            Models = Describe(models),
            Threads = models.Threads,
            Provider = models.Provider == Processor ? null : models.Provider,
            Options = options,
        };
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="RuntimeException">VNR0501: not JSON, or another format version. VNR0503: a setting out of its range.</exception>
    public static VampRecord Parse(string json, string source)
    {
        try
        {
            VampRecord? record = JsonSerializer.Deserialize<VampRecord>(json, Json);
            if (record?.Format != CurrentFormat)
            {
                throw Malformed(source, $"the format '{record?.Format}'", null);
            }

            string faults = string.Join("; ", VampOptionRanges.Faults(record.Options));
            return faults.Length == 0
                ? record
                : throw new RuntimeException(
                    RuntimeErrorIds.SettingOutOfRange,
                    found: $"in {source}: {faults}",
                    expected: "settings as vampnet vamp saves them",
                    advice: "Correct the numbers, or save the settings again"
                );
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            throw Malformed(source, $"contents that do not parse ({problem.Message})", problem);
        }
    }

    /// <summary>Whether a file holds a record of this form, whatever its numbers are.</summary>
    /// <param name="path">An existing file; at most 1 MiB of it is read.</param>
    public static bool IsRecord(string path)
    {
        const int LongestRead = 1 << 20;
        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[Math.Min(LongestRead, stream.Length)];
        stream.ReadExactly(start);
        return start.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{CurrentFormat}\"")) >= 0;
    }

    /// <summary>Options as they stand in a record: equal options give equal text.</summary>
    public static string Describe(VampOptions options) => JsonSerializer.Serialize(options, Json);

    /// <summary>The record as indented JSON with a final line break; equal records give equal text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Refuses an input, models, a provider or threads other than the recorded ones, which would not give the recorded
    /// output.</summary>
    /// <exception cref="RuntimeException">VNR0502: the input, a model, the provider or the number of threads differs.</exception>
    public void RequireSame(AudioClip input, VampNetModels models)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(models);
        string hash = Hash(input);
        if (hash != InputSha256)
        {
            throw Differs("an input of SHA-256", hash, InputSha256);
        }

        foreach ((string name, string found) in Describe(models))
        {
            if (Models.GetValueOrDefault(name) is { } expected && found != expected)
            {
                throw Differs($"{name} of SHA-256", found, expected);
            }
        }

        if (models.Provider != (Provider ?? Processor))
        {
            throw Differs("the provider", models.Provider, Provider ?? Processor);
        }

        if (models.Threads != Threads)
        {
            throw Differs("the number of threads", $"{models.Threads}", $"{Threads}");
        }
    }

    private static Dictionary<string, string> Describe(VampNetModels models)
    {
        Dictionary<string, string> hashes = new()
        {
            ["codec_encoder.onnx"] = models.Encoder.GraphSha256,
            ["coarse.onnx"] = models.Coarse.GraphSha256,
            ["c2f.onnx"] = models.Fine.GraphSha256,
            ["codec_decoder.onnx"] = models.Decoder.GraphSha256,
        };
        if (models.Coarse.StepSha256 is { } coarse && models.Fine.StepSha256 is { } fine)
        {
            (hashes["coarse_step.onnx"], hashes["c2f_step.onnx"]) = (coarse, fine);
        }

        return hashes;
    }

    private static string ToolVersion =>
        typeof(VampRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string Hash(AudioClip clip)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(header, clip.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], clip.Channels.Count);
        hash.AppendData(header);
        foreach (float[] channel in clip.Channels)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(channel));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static RuntimeException Malformed(string source, string found, Exception? cause) =>
        new(
            RuntimeErrorIds.SettingsUnreadable,
            found: $"{found} in '{source}'",
            expected: $"settings of the form '{CurrentFormat}', as they are saved beside an output",
            advice: "Choose another file",
            cause: cause
        );

    private static RuntimeException Differs(string what, string found, string expected) =>
        new(
            RuntimeErrorIds.SettingsOfAnotherRun,
            found: $"{what} {found}",
            expected: $"{expected}, which the settings were saved with",
            advice: "Use the same input, models, provider and number of threads, or leave the settings out"
        );
}
