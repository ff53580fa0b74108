using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A classifier of the MobileNet family: depthwise convolutions with BatchNormalization or merged, HardSwish in the forms that
/// exporters have written it in, Clip from 0 to 6, squeeze and excitation, and a head of Gemm.</summary>
internal sealed class MobileClassifier
{
    private const int Classes = 20;

    private static readonly Dim B = Dim.Symbol("batch_size");

    private readonly ExporterGraph _g;
    private readonly bool _hasNormalization;

    private MobileClassifier(ExporterGraph g, bool hasNormalization) => (_g, _hasNormalization) = (g, hasNormalization);

    /// <summary>image [B,3,32,32] to logits [B,20].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    /// <param name="hasNormalization">Whether BatchNormalization stands behind convolutions, as Keras and training mode leave it.</param>
    public static Model Build(int opset, ElementType type, bool hasNormalization) =>
        new MobileClassifier(new ExporterGraph(opset, type, true), hasNormalization).Build();

    private Model Build()
    {
        Value x = _g.Input("image", B, 3, 32, 32);
        x = HardSwish(ConvNorm(x, 3, 16, 3, stride: 2));
        x = Bottleneck(x, 16, 32, 16, 1, isSwish: false, squeezes: true);
        x = Bottleneck(x, 16, 48, 24, 2, isSwish: false, squeezes: false);
        x = Bottleneck(x, 24, 64, 24, 1, isSwish: true, squeezes: true);
        x = HardSwish(ConvNorm(x, 24, 96, 1));
        x = _g.Node("GlobalAveragePool", [x]);
        x = _g.Node("Flatten", [x], ("axis", 1));
        x = HardSwish(_g.Gemm(x, 96, 64));
        _g.Output(_g.Gemm(x, 64, Classes), "logits", B, Classes);
        return _g.Build();
    }

    private Value Bottleneck(Value x, int from, int middle, int to, int stride, bool isSwish, bool squeezes)
    {
        Value y = Activated(ConvNorm(x, from, middle, 1), isSwish);
        y = Activated(ConvNorm(y, middle, middle, 3, stride, middle), isSwish);
        y = squeezes ? Squeeze(y, middle) : y;
        y = ConvNorm(y, middle, to, 1);
        return from == to && stride == 1 ? _g.Node("Add", [x, y]) : y;
    }

    private Value ConvNorm(Value x, int from, int to, int size, int stride = 1, int groups = 1)
    {
        if (!_hasNormalization)
        {
            return _g.Conv(x, from, to, size, stride, groups);
        }

        Value y = _g.Conv(x, from, to, size, stride, groups, hasBias: false);
        return _g.Node("BatchNormalization", [y, _g.Gain(to), _g.Weight(to), _g.Weight(to), _g.Gain(to)], ("epsilon", 1e-3f));
    }

    private Value Activated(Value x, bool isSwish) => isSwish ? HardSwish(x) : Six(x);

    private Value Six(Value x) =>
        _g.Opset < 11 ? _g.Node("Clip", [x], ("min", 0f), ("max", 6f)) : _g.Node("Clip", [x, _g.Number(0), _g.Number(6)]);

    // One operator from opset 14 on, x * HardSigmoid(x) or x * relu6(x + 3) / 6 before.
    private Value HardSwish(Value x) =>
        _g.Opset >= 14 ? _g.Node("HardSwish", [x])
        : _g.Opset == 13 ? _g.Node("Mul", [x, _g.Node("HardSigmoid", [x], ("alpha", 1f / 6), ("beta", 0.5f))])
        : _g.Node("Div", [_g.Node("Mul", [x, Six(_g.Node("Add", [x, _g.Number(3)]))]), _g.Number(6)]);

    private Value Squeeze(Value x, int channels)
    {
        Value y = _g.Node("GlobalAveragePool", [x]);
        y = _g.Node("Relu", [_g.Conv(y, channels, 8, 1)]);
        y = _g.Conv(y, 8, channels, 1);
        Value gate =
            _g.Opset >= 13
                ? _g.Node("HardSigmoid", [y], ("alpha", 1f / 6), ("beta", 0.5f))
                : _g.Node("Div", [Six(_g.Node("Add", [y, _g.Number(3)])), _g.Number(6)]);
        return _g.Node("Mul", [gate, x]);
    }
}
