using System.Text.Json.Serialization;

namespace VampNet.Cli.Batch;

/// <summary>The kinds of event in a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchEventKind>))]
internal enum BatchEventKind
{
    /// <summary>A run began.</summary>
    [JsonStringEnumMemberName("run-started")]
    RunStarted,

    /// <summary>An item's outputs were made and put in place.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>An item's outputs were there already.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>An item's outputs could not be made.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>A run ended by itself.</summary>
    [JsonStringEnumMemberName("run-ended")]
    RunEnded,
}
