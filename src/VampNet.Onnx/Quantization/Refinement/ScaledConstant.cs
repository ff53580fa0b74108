namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>A constant input of a node through which the channels of later values can be scaled.</summary>
/// <param name="Node">The node.</param>
/// <param name="Input">Index of the input that holds the constant.</param>
/// <param name="Axis">The constant's axis of channels.</param>
/// <param name="Start">Index of the first channel along this axis.</param>
internal readonly record struct ScaledConstant(Node Node, int Input, int Axis, int Start)
{
    /// <summary>The constant's name.</summary>
    public string Name => Node.Inputs[Input]!.Name;

    /// <summary>Multiplies the channels. The node gets a constant of its own, so that other readers of the old one see no change.</summary>
    public void Multiply(float[] factors)
    {
        Value old = Node.Inputs[Input]!;
        Graph owner = old.Owner!;
        TensorData scaled = ScaledTensor.Of(old.Constant!, Axis, Start, factors);
        string name = old.Name;
        if (old is { Uses.Count: 1, IsGraphOutput: false })
        {
            old.Constant = scaled;
            return;
        }

        Node.SetInput(Input, owner.AddInitializer(owner.FreshName($"{name}.smoothed"), scaled));
    }
}
