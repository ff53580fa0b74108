using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>GELU by its tanh approximation: x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x³))). A standard operator since opset
/// 20.</summary>
internal static class GeluEmitter
{
    private const float CubeFactor = 0.044715f;
    private static readonly float RootOfTwoOverPi = MathF.Sqrt(2 / MathF.PI);

    public static Value Emit(Module module, string role, Value x)
    {
        if (module.Options.Opset >= 20)
        {
            return module.Op("Gelu", role, [x], ("approximate", "tanh"));
        }

        if (module.UsesRuntimeOperators)
        {
            return module.RuntimeOp("FastGelu", role, [x]);
        }

        GraphBuilder graph = module.Graph;
        Value cube = module.Op("Pow", $"{role}.cube", [x, graph.Constant(3f)]);
        Value scaledCube = module.Op("Mul", $"{role}.scaled_cube", [cube, graph.Constant(CubeFactor)]);
        Value sum = module.Op("Add", $"{role}.sum", [x, scaledCube]);
        Value argument = module.Op("Mul", $"{role}.argument", [sum, graph.Constant(RootOfTwoOverPi)]);
        Value tanh = module.Op("Tanh", $"{role}.tanh", [argument]);
        Value gate = module.Op("Add", $"{role}.gate", [tanh, graph.Constant(1f)]);
        Value half = module.Op("Mul", $"{role}.half", [x, graph.Constant(0.5f)]);
        return module.Op("Mul", role, [half, gate]);
    }
}
