namespace VampNet.Reporting;

/// <summary>The stable ids of this project's errors; docs/errors/reporting.md has their usual causes.</summary>
public static class ReportingErrorIds
{
    /// <summary>Times of unequal work, whose ratio would mean nothing.</summary>
    public const string UnequalWork = "VNP0101";

    /// <summary>A ledger that cannot be read.</summary>
    public const string LedgerUnreadable = "VNP0102";

    /// <summary>A report that cannot be read.</summary>
    public const string ReportUnreadable = "VNP0103";

    /// <summary>A baseline that cannot be read.</summary>
    public const string BaselineUnreadable = "VNP0104";

    /// <summary>A folder to compare with that holds none of the graphs.</summary>
    public const string NoGraphs = "VNP0105";

    /// <summary>An exporter's graph that takes neither our inputs nor looked-up tokens, or gives other numbers than ours.</summary>
    public const string ForeignGraphDiffers = "VNP0106";

    /// <summary>Two single graphs to time in turns that take other inputs.</summary>
    public const string InputsDiffer = "VNP0141";
}
