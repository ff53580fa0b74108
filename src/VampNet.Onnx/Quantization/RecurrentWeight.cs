using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// The weights of LSTM, GRU and RNN, float32 or float16: W [directions, gates*units, inputs] and R [directions, gates*units, units]. ONNX Runtime multiplies by
/// them in float32, so they become int8 in the file, one scale for each row of a gate, and are restored when the graph is loaded
/// (<see cref="StoredWeight"/>).
/// </summary>
internal static class RecurrentWeight
{
    /// <summary>Reason for leaving other constants of a layer.</summary>
    public const string Reason = "it is no constant weight of the layer in float32 or float16, but a bias or a state";

    private const int GateAxis = 1;

    /// <summary>Whether a node is a recurrent layer.</summary>
    public static bool Is(Node node) => node.Is("LSTM") || node.Is("GRU") || node.Is("RNN");

    /// <summary>The constant weights of a recurrent layer.</summary>
    public static ImmutableArray<Value> Of(Node node) =>
        Is(node)
            ?
            [
                .. new[] { node.Input(1), node.Input(2) }
                    .OfType<Value>()
                    .Where(value =>
                        value
                            is {
                                IsConstant: true,
                                Constant: { ElementType: ElementType.Float or ElementType.Float16, Shape.Length: 3, ElementCount: > 0 }
                            }
                    ),
            ]
            : [];

    /// <summary>Stores the weights of a recurrent layer as int8.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="stored">The weights that were stored before, with what stands for each.</param>
    /// <param name="constants">Receives the constants that stand for weights.</param>
    public static IEnumerable<QuantizedWeight> Store(Node node, Dictionary<Value, Value> stored, HashSet<Value> constants)
    {
        foreach (Value weight in Of(node))
        {
            TensorData data = weight.Constant!;
            SymmetricInt8 integers = SymmetricInt8.Choose(weight.Name, data, GateAxis);
            if (!stored.TryGetValue(weight, out Value? restored))
            {
                stored[weight] = restored = StoredWeight.Restore(weight, GateAxis, integers, constants);
            }

            for (int i = 1; i <= 2; i++)
            {
                if (node.Input(i) == weight)
                {
                    node.SetInput(i, restored);
                }
            }

            yield return new QuantizedWeight(
                node.Name,
                node.Outputs[0].Name,
                weight.Name,
                node.OpType,
                "int8 per gate row" + StoredWeight.Suffix,
                data.ByteLength,
                data.ElementCount + (integers.Scales.Length * sizeof(float)),
                integers.SignalToNoise
            );
            if (weight is { Uses.Count: 0, IsGraphOutput: false })
            {
                weight.Owner!.RemoveInitializer(weight);
            }
        }
    }
}
