using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.Export.Step;

/// <summary>Puts a sampling step behind a transformer, into one graph: codes, scalars and noise to the next codes. A host calls one graph a
/// step, and the logits never leave it.</summary>
public static class FusedStep
{
    /// <summary>The value that the transformer gives and the step takes.</summary>
    private const string Logits = "logits";

    /// <summary>Appends the step. The graph keeps the transformer's inputs, control signals included, and gains those of
    /// <see cref="StepEmitter"/> but for the logits; its outputs are the step's.</summary>
    /// <param name="transformer">An exported transformer, in any form: optimized and quantized ones too. It is changed in place.</param>
    /// <param name="shape">The transformer's numbers.</param>
    /// <param name="noise">Source of random numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The transformer's operator set is none that step graphs are written in.</exception>
    /// <exception cref="ArgumentException">The graph does not give logits, or takes no codes.</exception>
    public static void Append(Model transformer, StepShape shape, StepNoise noise)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(shape);
        using Model step = StepEmitter.Emit(shape, noise, ExportOptions.Default with { Opset = transformer.Opset });
        Graph graph = transformer.Graph;
        if (graph.Outputs is not [{ Name: Logits }] || graph.Inputs.All(input => input.Name != "codes"))
        {
            throw new ArgumentException(
                $"The graph '{graph.Name}' does not lead from codes to {Logits} alone, as an exported transformer does.",
                nameof(transformer)
            );
        }

        Value logits = graph.Outputs[0];
        Dictionary<Value, Value> here = [];
        foreach (Value input in step.Graph.Inputs)
        {
            here[input] =
                input.Name == Logits
                    ? logits
                    : graph.Inputs.FirstOrDefault(own => own.Name == input.Name) ?? graph.AddInput(input.Name, input.Type);
        }

        foreach (Value constant in step.Graph.Initializers)
        {
            here[constant] = graph.AddInitializer(graph.FreshName(constant.Name), constant.Constant!);
        }

        foreach (Node node in step.Graph.Nodes)
        {
            Append(graph, node, here);
        }

        graph.Name += "_fused_step";
        Value[] outputs = [.. step.Graph.Outputs.Select(output => here[output])];
        graph.SetOutput(0, outputs[0]);
        foreach (Value output in outputs[1..])
        {
            graph.AddOutput(output);
        }
    }

    private static void Append(Graph graph, Node node, Dictionary<Value, Value> here)
    {
        Attribute[] attributes = [.. node.Attributes];
        Node added = graph.AddNode(
            node.OpType,
            [.. node.Inputs.Select(input => input is null ? null : here[input])],
            [.. node.Outputs.Select(output => output.Name.Length == 0 ? "" : graph.FreshName(output.Name))],
            attributes,
            node.Domain,
            graph.FreshName(node.Name)
        );
        foreach ((Value from, Value to) in node.Outputs.Zip(added.Outputs))
        {
            to.Type = from.Type;
            here[from] = to;
        }
    }
}
