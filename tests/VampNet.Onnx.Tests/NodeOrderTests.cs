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
                Assert.All(
                    expected.Zip(expected.Skip(1)),
                    pair => Assert.True(pair.First.Precedes(pair.Second) && !pair.Second.Precedes(pair.First))
                );
                Assert.Equal(expected.Skip(1).Append(null).Take(expected.Count), expected.Select(g.Graph.NextOf));
                Assert.Throws<ArgumentException>(() => g.Graph.IndexOf(new GraphBuilder("h", 20).Graph.AddNode("Abs", [], ["z"])));
            });
    }

    [Fact]
    public void InsertNode_ManyAtOnePlace_KeepTheirOrder()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, 3);
        Node first = g.Graph.AddNode("Abs", [x], ["first"]);
        Node last = g.Graph.AddNode("Abs", [x], ["last"]);
        List<Node> middle = [];
        for (int i = 0; i < 500; i++)
        {
            middle.Add(g.Graph.InsertNode(last, "Abs", [x], [$"y{i}"]));
        }

        Assert.Equal([first, .. middle, last], g.Graph.Nodes);
        Assert.All(middle, node => Assert.True(first.Precedes(node) && node.Precedes(last)));
    }

    [Fact]
    public void Precedes_ANodeOfAnotherGraph_IsAnArgumentError()
    {
        Node one = new GraphBuilder("g", 20).Graph.AddNode("Abs", [], ["y"]);
        Node other = new GraphBuilder("h", 20).Graph.AddNode("Abs", [], ["y"]);

        Assert.Throws<ArgumentException>(() => one.Precedes(other));
    }
}
