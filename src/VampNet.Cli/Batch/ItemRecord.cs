using System.Collections.Immutable;
using VampNet.Models;

namespace VampNet.Cli.Batch;

/// <summary>The record of one finished input. Kept as JSON, without times: equal work gives equal records.</summary>
/// <param name="Format">The form of this record.</param>
/// <param name="Key">SHA-256 of all that decides the outputs: the input's contents, the models', the options and the tool's
/// version.</param>
/// <param name="IsFinished">False while the outputs are being put in place.</param>
/// <param name="Outputs">The outputs, by their paths below the output folder.</param>
internal sealed record ItemRecord(string Format, string Key, bool IsFinished, ImmutableArray<ManifestFile> Outputs)
{
    /// <summary>The form that this version writes and reads.</summary>
    public const string CurrentFormat = "vampnet-batch-item/1";
}
