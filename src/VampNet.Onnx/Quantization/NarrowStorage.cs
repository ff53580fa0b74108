using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Stores constants as float16 or bfloat16 again, with a Cast to float32 that runtimes compute once, in models that computed in such a type
/// before <see cref="ModelPreparation"/>: what no scheme takes must not make the file larger.
/// </summary>
public static class NarrowStorage
{
    // Below this size nothing is gained.
    private const int LeastElements = 1024;

    /// <summary>Stores every constant of the model whose numbers the shorter type holds exactly, in place. Tables of Gather are converted
    /// behind the lookup.</summary>
    /// <returns>Their number; 0 for a model that computed in float32 from the start.</returns>
    public static int Apply(Model model) => Apply(model, value => true);

    /// <summary>Stores chosen constants.</summary>
    internal static int Apply(Model model, Func<Value, bool> isChosen)
    {
        ArgumentNullException.ThrowIfNull(model);
        ElementType? type = model.Metadata.GetValueOrDefault(ComputeInFloat32Pass.SourceTypeKey) switch
        {
            "float16" => ElementType.Float16,
            "bfloat16" => ElementType.BFloat16,
            _ => null,
        };
        if (type is not { } narrow)
        {
            return 0;
        }

        Value[] stored =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Initializers)
                .Where(value =>
                    value is { IsConstant: true, IsGraphOutput: false, Constant: { ElementType: ElementType.Float } data }
                    && data.ElementCount >= LeastElements
                    && isChosen(value)
                    && Holds(narrow, data)
                ),
        ];
        foreach (Value value in stored)
        {
            Store(value, narrow);
        }

        return stored.Length;
    }

    private static void Store(Value value, ElementType type)
    {
        TensorData data = value.Constant!;
        Graph graph = value.Owner!;
        Use[] uses = [.. value.Uses];
        string name = value.Name;
        value.Name = graph.FreshName($"{name}.wide");
        Value stored = graph.AddInitializer(name, Narrow(data, type));
        if (uses.All(use => use.Node.Is("Gather") && use.InputIndex == 0))
        {
            foreach (Node node in uses.Select(use => use.Node))
            {
                Widen(node, stored, type);
            }
        }
        else
        {
            Graph.ReplaceUses(value, ComputeTypeChange.InsertCast(stored, ElementType.Float, graph.FreshName($"{name}.float32")));
        }

        graph.RemoveInitializer(value);
    }

    // Rows are converted, not the table.
    private static void Widen(Node gather, Value table, ElementType type)
    {
        Value rows = gather.Outputs[0];
        ValueType? outputType = rows.Type;
        gather.SetInput(0, table);
        rows.Type = new TensorType(type, rows.TensorType?.Shape);
        Value restored = ComputeTypeChange.InsertCast(rows, ElementType.Float, gather.Graph.FreshName($"{rows.Name}.float32"));
        Graph.ReplaceUses(rows, restored);
        restored.Producer!.SetInput(0, rows);
        restored.Type = outputType;
        (rows.Name, restored.Name) = (gather.Graph.FreshName($"{rows.Name}.{type.OnnxName}"), rows.Name);
    }

    private static bool Holds(ElementType type, TensorData data)
    {
        using FloatContents contents = new(data);
        if (type == ElementType.BFloat16)
        {
            foreach (float value in contents.Values)
            {
                if ((BitConverter.SingleToUInt32Bits(value) & 0xFFFF) != 0)
                {
                    return false;
                }
            }

            return true;
        }

        Half[] halves = new Half[contents.Values.Length];
        TensorPrimitives.ConvertToHalf(contents.Values, halves);
        float[] back = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, back);
        return contents.Values.SequenceEqual(back);
    }

    private static TensorData Narrow(TensorData data, ElementType type) =>
        TensorData.Lazy(
            type,
            data.Shape.AsSpan(),
            bytes =>
            {
                using FloatContents contents = new(data);
                if (type == ElementType.Float16)
                {
                    TensorPrimitives.ConvertToHalf(contents.Values, MemoryMarshal.Cast<byte, Half>(bytes));
                    return;
                }

                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(contents.Values[i]) >> 16);
                }
            }
        );
}
