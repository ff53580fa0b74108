using CsCheck;

namespace VampNet.Onnx.Tests;

/// <summary>However nodes come and go, the graph knows where each is.</summary>
public sealed class NodeOrderTests
{
    [Fact]
    public void IndexOf_AfterAnyEdits_IsThePlaceInNodes()
    {
        Gen.Int[0, 999]
            .Array[0, 120]
            .Sample(edits =>
            {
                GraphBuilder g = new("g", 20);
                Value x = g.Input("x", ElementType.Float, 3);
                List<Node> expected = [];
                foreach (int edit in edits)
                {
                    if (edit % 3 == 0 && expected.Count > 0)
                    {
                        HashSet<Node> removed = [.. expected.Where((_, i) => i % (1 + edit % 7) == 0)];
                        g.Graph.RemoveNodes(removed);
                        expected.RemoveAll(removed.Contains);
                    }
                    else
                    {
                        int index = edit % (expected.Count + 1);
                        expected.Insert(index, g.Graph.InsertNode(index, "Abs", [x], [g.Graph.FreshName("y") + edit]));
                    }
                }

                Assert.Equal(expected, g.Graph.Nodes);
                Assert.Equal(Enumerable.Range(0, expected.Count), expected.Select(g.Graph.IndexOf));
                Assert.Throws<ArgumentException>(() => g.Graph.IndexOf(new GraphBuilder("h", 20).Graph.AddNode("Abs", [], ["z"])));
            });
    }
}
