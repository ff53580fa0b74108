using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>
/// Tries a rule on a model: checks that the graph stays valid, that a second run changes nothing, and that ONNX Runtime
/// computes the same numbers within the rule's declared effect.
/// </summary>
internal static class RuleHarness
{
    /// <summary>The error, relative to the largest magnitude of the output, that each effect may cause in these small graphs.</summary>
    private static readonly Dictionary<NumericalEffect, double> Budgets = new()
    {
        [NumericalEffect.Exact] = 0,
        [NumericalEffect.Reordered] = 4e-6,
        [NumericalEffect.Rounded] = 4e-6,
    };

    /// <summary>Lengths for the letters in fixtures, all different.</summary>
    private static readonly Dictionary<string, long> Lengths = new()
    {
        ["B"] = 2,
        ["T"] = 7,
        ["N"] = 5,
    };

    /// <summary>Runs the rule, which must fire, and gives the operators that are left, in order.</summary>
    public static string[] Fire(Model model, RewriteRule rule, RewriteTarget target = RewriteTarget.Portable)
    {
        double[][] before = OrtRunner.Run(model, Lengths);
        string[] names = [.. model.Graph.Outputs.Select(output => output.Name)];
        RulesPass pass = new("test", rule);
        List<RewriteRecord> records = [];
        Assert.True(pass.Run(model, target, records), string.Join('\n', records));
        new RemoveDeadNodesPass().Run(model, target, []);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(ModelVerifier.VerifyTypes(model));
        Assert.Equal(names, model.Graph.Outputs.Select(output => output.Name));
        Assert.False(pass.Run(model, target, []));
        AssertClose(before, OrtRunner.Run(model, Lengths), Budgets[rule.Effect]);
        return [.. model.Graph.Nodes.Select(node => node.OpType)];
    }

    /// <summary>Runs the rule, which must not fire, and gives the reasons.</summary>
    public static string[] Refuse(Model model, RewriteRule rule, RewriteTarget target = RewriteTarget.Portable)
    {
        List<RewriteRecord> records = [];
        Assert.False(new RulesPass("test", rule).Run(model, target, records));
        Assert.All(records, record => Assert.False(record.Fired));
        return [.. records.Select(record => record.Reason!)];
    }

    public static void AssertClose(double[][] expected, double[][] actual, double budget)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            double scale = expected[i].Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int j = 0; j < expected[i].Length; j++)
            {
                Assert.False(double.IsNaN(expected[i][j]) || double.IsNaN(actual[i][j]), $"NaN in output {i} at {j}");
                Assert.True(
                    Math.Abs(expected[i][j] - actual[i][j]) <= budget * scale,
                    $"Output {i} at {j}: expected {expected[i][j]:R}, found {actual[i][j]:R}"
                );
            }
        }
    }
}
