using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Tests.OpsetConversion;

public sealed class OperatorHistoryTests
{
    /// <summary>The first opset that ONNX keeps converters for.</summary>
    private const int FirstOpset = 7;

    [Fact]
    public void Find_BetweenVersions_GivesTheOneInForce()
    {
        Assert.Equal(11, OperatorHistory.Find("Squeeze", 12)!.Since);
        Assert.Equal(13, OperatorHistory.Find("Squeeze", 13)!.Since);
        Assert.Null(OperatorHistory.Find("Gelu", 19));
    }

    [Fact]
    public void All_ChangesThatTakeSomethingAway_HaveARule()
    {
        HashSet<(string, int)> ruled = [.. ConversionRules.Default.Keys];
        List<string> missing = [];
        foreach (OperatorVersion newer in OperatorHistory.All.Where(version => version.Since > FirstOpset))
        {
            if (OperatorHistory.Find(newer.OpType, newer.Since - 1) is not { } older || ruled.Contains((newer.OpType, newer.Since)))
            {
                continue;
            }

            bool takesAway =
                older.Attributes.Except(newer.Attributes).Count > 0
                || newer.IsDeprecated
                || (newer.Inputs.Length < older.Inputs.Length)
                || (newer.Outputs.Length < older.Outputs.Length);
            if (takesAway)
            {
                missing.Add($"{newer.OpType} {newer.Since}");
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void All_RulesBelongToAVersion()
    {
        foreach ((string opType, int version) in ConversionRules.Default.Keys)
        {
            Assert.Equal(version, OperatorHistory.Find(opType, version)!.Since);
        }
    }
}
