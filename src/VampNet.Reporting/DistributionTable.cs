using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Comparison;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>The distribution of a graph's differences over all its cases.</summary>
/// <param name="File">The graph's file.</param>
/// <param name="Equal">Share of elements that are equal, 0 to 1.</param>
/// <param name="First">The bucket of the first share.</param>
/// <param name="Shares">The shares of the buckets in which any graph of the report has an element.</param>
internal sealed record DistributionTable(string File, double Equal, int First, ImmutableArray<double> Shares)
{
    /// <summary>The distributions of every graph whose output is numbers.</summary>
    public static ImmutableArray<DistributionTable> Of(VerificationReport report)
    {
        (string File, ErrorDistribution[] Cases)[] graphs =
        [
            .. report
                .Verdicts.Select(verdict =>
                    (verdict.File, verdict.Cases.Select(each => each.Distribution).OfType<ErrorDistribution>().ToArray())
                )
                .Where(graph => graph.Item2.Sum(each => each.Elements) > 0),
        ];
        int[] used =
        [
            .. Enumerable
                .Range(0, ErrorDistribution.BucketCount)
                .Where(bucket => graphs.Any(graph => graph.Cases.Any(each => each.Buckets[bucket] > 0))),
        ];
        (int first, int count) = used.Length == 0 ? (0, 0) : (used[0], used[^1] - used[0] + 1);
        return
        [
            .. graphs.Select(graph => new DistributionTable(
                graph.File,
                (double)graph.Cases.Sum(each => each.Equal) / graph.Cases.Sum(each => each.Elements),
                first,
                [
                    .. Enumerable
                        .Range(first, count)
                        .Select(bucket => (double)graph.Cases.Sum(each => each.Buckets[bucket]) / graph.Cases.Sum(each => each.Elements)),
                ]
            )),
        ];
    }

    /// <summary>The titles of the table: the range, then the graphs.</summary>
    public static string[] Columns(ImmutableArray<DistributionTable> graphs) =>
        ["|difference|", .. graphs.Select(graph => $"{graph.File}#")];

    /// <summary>One row for equal elements, and one for each bucket.</summary>
    public static IEnumerable<string[]> Rows(ImmutableArray<DistributionTable> graphs) =>
        graphs.IsEmpty
            ? []
            :
            [
                ["0", .. graphs.Select(graph => Percent(graph.Equal))],
                .. graphs[0]
                    .Shares.Select(
                        (_, i) =>
                            (string[])
                                [
                                    string.Create(
                                        CultureInfo.InvariantCulture,
                                        $"{ErrorDistribution.LowerEdge(graphs[0].First + i):0.0e+0} to "
                                            + $"{ErrorDistribution.LowerEdge(graphs[0].First + i + 1):0.0e+0}"
                                    ),
                                    .. graphs.Select(graph => Percent(graph.Shares[i])),
                                ]
                    ),
            ];

    private static string Percent(double share) =>
        share is > 0 and < 0.0001 ? "< 0.01%" : share.ToString("0.00%", CultureInfo.InvariantCulture);
}
