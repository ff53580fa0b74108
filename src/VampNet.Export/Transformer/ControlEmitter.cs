using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>Control signals: for each a linear layer over its dimensions, times its mask, added to the embeddings. A mask of zeros gives
/// the model without that signal.</summary>
internal static class ControlEmitter
{
    /// <summary>Declares the inputs <c>ctrl.NAME</c> float32 [B,dim,T] and <c>ctrl_mask.NAME</c> float32 [B,T] of every signal, by
    /// name.</summary>
    public static (string Name, Value Signal, Value Mask)[] DeclareInputs(GraphBuilder graph, TransformerConfiguration configuration)
    {
        Dim batch = Dim.Symbol("B"),
            frames = Dim.Symbol("T");
        return
        [
            .. configuration.ControlDims.Select(control =>
                (
                    control.Key,
                    graph.Input($"ctrl.{control.Key}", ElementType.Float, batch, Dim.Of(control.Value), frames),
                    graph.Input($"ctrl_mask.{control.Key}", ElementType.Float, batch, frames)
                )
            ),
        ];
    }

    /// <summary>x [B,T,D] with every signal added.</summary>
    public static Value Emit(Module encoders, Value x, IEnumerable<(string Name, Value Signal, Value Mask)> controls)
    {
        foreach ((string name, Value signal, Value mask) in controls)
        {
            Module encoder = encoders[name];
            Value byFrame = encoder.Op("Transpose", "signal_by_frame", [signal], ("perm", new long[] { 0, 2, 1 }));
            Value product = encoder.Op("MatMul", "product", [byFrame, encoder.TransposedParameter("weight")]);
            Value projected = encoder.Op("Add", "projected", [product, encoder.Parameter("bias")]);
            Value weights = encoder.Op("Unsqueeze", "mask", [mask, encoder.Graph.Constant([2L])]);
            Value masked = encoder.Op("Mul", "masked", [projected, weights]);
            x = encoder.Op("Add", "output", [x, masked]);
        }

        return x;
    }
}
