using System.Reflection;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

public class OperatorCoverageTests
{
    [Fact]
    public void Registry_EveryOperator_HasACaseOrANodeModel()
    {
        IEnumerable<string> inCases = typeof(OperatorCoverageTests)
            .Assembly.GetTypes()
            .Where(static type => type.Namespace == $"{typeof(OperatorCoverageTests).Namespace}.Operators")
            .SelectMany(static type => type.GetMethods())
            .SelectMany(static method => method.GetCustomAttributes<InlineDataAttribute>())
            .Select(static data => data.Data[0])
            .OfType<string>();
        IEnumerable<string> inModels = GoldenModels.Nodes.Values.SelectMany(static bytes =>
        {
            using Model model = ModelReader.Read(bytes);
            return model
                .AllGraphs()
                .SelectMany(static graph => graph.Nodes)
                .Select(static node => Name(node.Domain, node.OpType))
                .ToArray();
        });

        IEnumerable<string> untested = OperatorRegistry
            .Default.Entries.Select(static entry => Name(entry.Domain, entry.OpType))
            .Except(inCases.Concat(inModels));

        Assert.Empty(untested);
    }

    [Fact]
    public void Registry_EveryOperatorOfTheNodeModels_HasARule()
    {
        foreach ((string? name, byte[]? bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            foreach (Node? node in model.AllGraphs().SelectMany(static graph => graph.Nodes))
            {
                int version = model.OpsetImports.GetValueOrDefault(node.Domain);
                Assert.True(OperatorRegistry.Default.Find(node.Domain, node.OpType, version) is not null, $"{name}: {node}");
            }
        }
    }

    private static string Name(string domain, string opType) => domain.Length == 0 ? opType : $"{domain}::{opType}";
}
