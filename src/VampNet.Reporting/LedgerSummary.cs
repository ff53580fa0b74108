using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VampNet.Reporting;

/// <summary>A ledger in figures.</summary>
/// <param name="File">The ledger's file.</param>
/// <param name="Tensors">Number of checkpoint tensors that it accounts for.</param>
/// <param name="Transforms">Number of tensors that each kind of transform was applied to, the most frequent first.</param>
/// <param name="Ignored">The tensors left out, each with its reason.</param>
public sealed record LedgerSummary(
    string File,
    int Tensors,
    ImmutableArray<TransformCount> Transforms,
    ImmutableArray<IgnoredTensor> Ignored
)
{
    /// <summary>Summarizes the JSON that an export writes.</summary>
    /// <param name="file">The ledger's name.</param>
    /// <param name="json">Its contents.</param>
    /// <exception cref="ReportingException">VNP0102: it is not a ledger.</exception>
    public static LedgerSummary Parse(string file, string json)
    {
        try
        {
            JsonObject[] rows = [.. JsonNode.Parse(json)!.AsArray().Select(row => row!.AsObject())];
            return new LedgerSummary(
                file,
                rows.Length,
                [
                    .. rows.SelectMany(row => row["transforms"]!.AsArray().Select(each => NameOf(each!.GetValue<string>())).Distinct())
                        .CountBy(name => name)
                        .OrderByDescending(each => each.Value)
                        .ThenBy(each => each.Key, StringComparer.Ordinal)
                        .Select(each => new TransformCount(each.Key, each.Value)),
                ],
                [
                    .. rows.Where(row => row["ignored_because"] is not null)
                        .Select(row => new IgnoredTensor(row["tensor"]!.GetValue<string>(), row["ignored_because"]!.GetValue<string>())),
                ]
            );
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new ReportingException(
                ReportingErrorIds.LedgerUnreadable,
                found: $"a ledger that cannot be read: {file}, {error.Message}",
                expected: "the JSON that vampnet export writes",
                advice: "Export again"
            );
        }
    }

    // lora-merge(alpha/r=1/8) is lora-merge; 1/(alpha + 1e-9) has no name but itself.
    private static string NameOf(string transform) =>
        transform.IndexOf('(', StringComparison.Ordinal) is > 0 and var end && char.IsLetterOrDigit(transform[end - 1])
            ? transform[..end]
            : transform;
}

/// <summary>The number of tensors that a kind of transform was applied to.</summary>
/// <param name="Transform">Its name, without its operands.</param>
/// <param name="Tensors">Number of tensors.</param>
public sealed record TransformCount(string Transform, int Tensors);

/// <summary>A checkpoint tensor that no model holds.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Reason">Reason why it is ignored.</param>
public sealed record IgnoredTensor(string Tensor, string Reason);
