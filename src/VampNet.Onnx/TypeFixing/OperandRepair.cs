using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Folding;
using VampNet.Onnx.Rewriting.Rules;

namespace VampNet.Onnx.TypeFixing;

/// <summary>
/// Converts operands to the type that their reader takes: a constant in place when every element survives, a float constant by
/// Cast when only precision is lost, a computed operand by a Cast that widens. Anything else is ambiguous and refused.
/// </summary>
internal static class OperandRepair
{
    /// <summary>Repairs the operands of every node by the types known now.</summary>
    /// <returns>Whether anything changed, so that types must be inferred again.</returns>
    public static bool Run(Model model, List<TypeRepair> repairs)
    {
        int before = repairs.Count;
        foreach (Node node in model.Graph.SelfAndSubgraphs().ToList().SelectMany(graph => graph.Nodes.ToList()))
        {
            foreach (int index in OperandTypes.IntegerInputs(node))
            {
                Convert(node, index, ElementType.Int64, repairs);
            }

            Unify(node, repairs);
        }

        return repairs.Count > before;
    }

    private static void Unify(Node node, List<TypeRepair> repairs)
    {
        var operands = OperandTypes.AlikeInputs(node).Where(index => TypeOf(node.Input(index)) != ElementType.Undefined).ToList();
        if (operands.Select(index => TypeOf(node.Input(index))).Distinct().Count() < 2)
        {
            return;
        }

        var computed = operands
            .Where(index => RewriteContext.ConstantOf(node.Input(index)) is null)
            .Select(index => TypeOf(node.Input(index)))
            .Distinct()
            .ToList();
        ElementType wanted =
            computed.Count == 0
                ? TypeOf(node.Input(operands[0]))
                : computed.Find(type => computed.TrueForAll(other => MergeCastsRule.IsLossless(other, type)));
        if (wanted == ElementType.Undefined)
        {
            throw Unrepairable(node, $"operands of {string.Join(" and ", computed.Select(type => type.OnnxName))}", "one type");
        }

        foreach (int index in operands)
        {
            Convert(node, index, wanted, repairs);
        }
    }

    private static void Convert(Node node, int index, ElementType wanted, List<TypeRepair> repairs)
    {
        if (node.Input(index) is not { } value || TypeOf(value) is ElementType.Undefined || TypeOf(value) == wanted)
        {
            return;
        }

        ElementType found = TypeOf(value);
        string where = $"input {index} of {node.Describe()}";
        if (RewriteContext.ConstantOf(value) is { } data)
        {
            if (ConvertExactly(data, wanted) is { } converted)
            {
                node.SetInput(index, node.Graph.AddInitializer(node.Graph.FreshName($"{value.Name}.{wanted.OnnxName}"), converted));
                repairs.Add(new TypeRepair(TypeRepairKind.Constant, where, found.OnnxName, wanted.OnnxName));
                return;
            }

            if (!found.IsFloatingPoint || !wanted.IsFloatingPoint)
            {
                throw Unrepairable(
                    node,
                    $"the constant '{value.Name}' of {found.OnnxName} with elements that {wanted.OnnxName} does not have",
                    wanted.OnnxName
                );
            }
        }
        else if (!MergeCastsRule.IsLossless(found, wanted))
        {
            throw Unrepairable(node, $"'{value.Name}' of {found.OnnxName} as input {index}", wanted.OnnxName);
        }

        InsertCast(node, index, value, wanted);
        repairs.Add(new TypeRepair(TypeRepairKind.Cast, where, found.OnnxName, wanted.OnnxName));
    }

    private static void InsertCast(Node node, int index, Value value, ElementType wanted)
    {
        string name = node.Graph.FreshName($"{value.Name}.{wanted.OnnxName}");
        Node cast = node.Graph.InsertNode(node, "Cast", [value], [name], [("to", (long)wanted)], name: name);
        cast.Outputs[0].Type = new TensorType(wanted, value.TensorType?.Shape);
        node.SetInput(index, cast.Outputs[0]);
    }

    /// <summary>The constant in another type, when converting it back gives the same elements.</summary>
    private static TensorData? ConvertExactly(TensorData data, ElementType wanted)
    {
        if (!ConstantTensor.Supports(data.ElementType) || !ConstantTensor.Supports(wanted) || data.ByteLength > Array.MaxLength)
        {
            return null;
        }

        ConstantTensor original = ConstantTensor.Of(data);
        ConstantTensor converted = original.Cast(wanted);
        ConstantTensor back = converted.Cast(data.ElementType);
        bool isExact = original.IsReal
            ? original.Reals.AsSpan().SequenceEqual(back.Reals)
            : original.Integers.AsSpan().SequenceEqual(back.Integers);
        return isExact ? converted.ToData() : null;
    }

    private static ElementType TypeOf(Value? value) =>
        RewriteContext.ConstantOf(value)?.ElementType ?? value?.TensorType?.ElementType ?? ElementType.Undefined;

    private static OnnxException Unrepairable(Node node, string found, string expected) =>
        new(
            DiagnosticIds.TypeUnrepairable,
            found: $"{found} at {node.Describe()}",
            expected: $"{expected}, and no conversion is the right one for certain",
            advice: "Cast the operand in the program that made the model"
        );
}
