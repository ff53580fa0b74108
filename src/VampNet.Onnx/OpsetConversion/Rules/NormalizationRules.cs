using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// BatchNormalization: opset 9 takes away 'spatial' (0 stands for statistics of every element of a sample), opset 14 makes training an
/// attribute, where extra outputs asked for it before. GroupNormalization scales each channel since opset 21, before each group.
/// </summary>
internal static class NormalizationRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("BatchNormalization", 9, DropSpatial);
        rules.Add("BatchNormalization", 14, StateTraining, DropTraining);
        rules.Add("GroupNormalization", 21, ScaleChannels);
    }

    private static void DropSpatial(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if ((conversion.TakeInt("spatial") ?? 1) != 0)
        {
            return;
        }

        if (
            node.Outputs.Skip(1).Any(output => output.Name.Length > 0)
            || node.Inputs is not [{ } x, { } scale, { } bias, { } mean, { } variance]
        )
        {
            throw conversion.Refuse("'spatial' is 0 and it trains, which opset 9 no longer has");
        }

        // y = (x - mean) / sqrt(variance + epsilon) * scale + bias, each of the shape of a sample.
        conversion.Effect = NumericalEffect.Reordered;
        Value epsilon = conversion.Constant("epsilon", TensorData.Scalar(node.Attributes.GetFloat("epsilon", 1e-5f)));
        Value spread = conversion.Insert("Add", "spread", [variance, epsilon], [], variance.Type);
        Value deviation = conversion.Insert("Sqrt", "deviation", [spread], [], variance.Type);
        Value centred = conversion.Insert("Sub", "centred", [x, mean], [], x.Type);
        Value normal = conversion.Insert("Div", "normal", [centred, deviation], [], x.Type);
        Value scaled = conversion.Insert("Mul", "scaled", [normal, scale], [], x.Type);
        conversion.Become("Add", [scaled, bias]);
    }

    private static void StateTraining(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if (node.Outputs.Skip(3).Any(output => output.IsGraphOutput || output.Uses.Count > 0))
        {
            throw conversion.Refuse("its saved mean or variance is read, which opset 14 no longer gives");
        }

        if (node.Outputs.Skip(1).Any(output => output.IsGraphOutput || output.Uses.Count > 0))
        {
            conversion.KeepOutputs(Math.Min(node.Outputs.Count, 3));
            conversion.Node.Attributes.Set(("training_mode", 1L));
        }
        else if (node.Outputs.Count > 1)
        {
            conversion.KeepOutputs(1);
        }
    }

    private static void DropTraining(NodeConversion conversion)
    {
        if ((conversion.TakeInt("training_mode") ?? 0) != 0 || conversion.Node.Outputs.Skip(1).Any(output => output.Name.Length > 0))
        {
            throw conversion.Refuse("it trains, which differs before opset 14");
        }

        conversion.LowerAsExtension();
    }

    private static void ScaleChannels(NodeConversion conversion)
    {
        Node node = conversion.Node;
        long groups = node.Attributes.GetInt("num_groups");
        if (
            node.Inputs is not [{ } x, { } scale, { } bias]
            || x.TensorType?.Shape is not { Rank: >= 2 } shape
            || !shape[1].TryGetConstant(out long channels)
            || groups < 1
            || channels % groups != 0
        )
        {
            throw conversion.Refuse("its number of channels is not known, and opset 21 scales each channel");
        }

        conversion.SetInputs(x, OfChannels(scale, "scale"), OfChannels(bias, "bias"));

        Value OfChannels(Value value, string role)
        {
            ElementType element = value.TensorType?.ElementType ?? conversion.ElementOf(0);
            Value rows = conversion.Insert(
                "Reshape",
                $"{role}.groups",
                [value, conversion.Ints("groups", groups, 1)],
                [],
                new TensorType(element, TensorShape.Of(groups, 1))
            );
            Value repeated = conversion.Insert(
                "Expand",
                $"{role}.repeated",
                [rows, conversion.Ints("members", groups, channels / groups)],
                [],
                new TensorType(element, TensorShape.Of(groups, channels / groups))
            );
            return conversion.Insert(
                "Reshape",
                $"{role}.channels",
                [repeated, conversion.Ints("channels", channels)],
                [],
                new TensorType(element, TensorShape.Of(channels))
            );
        }
    }
}
