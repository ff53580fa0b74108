using System.Collections.Immutable;
using VampNet.Validation.Tests.Verdicts;

namespace VampNet.Reporting.Tests;

public sealed class DistributionTableTests
{
    [Fact]
    public void Rows_OfAllCases_ShareOutEveryElement()
    {
        ImmutableArray<DistributionTable> graphs = DistributionTable.Of(ReportSamples.Whole.Verification);

        Assert.Equal(["|difference|", "coarse.onnx#"], DistributionTable.Columns(graphs));
        // Of eight elements, one differs by 0.25 and one by 0.125: both in the half decade above 0.1.
        Assert.Equal(
            [
                ["0", "75.00%"],
                ["1.0e-1 to 3.2e-1", "25.00%"],
            ],
            DistributionTable.Rows(graphs)
        );
    }

    [Fact]
    public void Of_VerdictsOfAnEarlierVersion_IsEmpty() =>
        Assert.Empty(DistributionTable.Rows(DistributionTable.Of(SampleReports.OneFailedCase())));
}
