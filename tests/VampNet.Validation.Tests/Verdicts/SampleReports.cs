using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Verdicts;

/// <summary>Small reports with every kind of entry.</summary>
internal static class SampleReports
{
    public static Budget Budget { get; } = new("sample", 0.5, 0.25, "for tests");

    public static CaseVerdict Case(int frames, float[] expected, float[] actual)
    {
        long[] shape = [1, expected.Length / Math.Min(expected.Length, 2), Math.Min(expected.Length, 2)];
        return CaseVerdict.Judge(
            Budget,
            new VerificationCase(1, frames, "for tests"),
            TensorComparer.Compare(expected, actual, shape),
            TokenComparer.CompareArgmax(expected, actual, shape)
        );
    }

    public static VerificationReport OneFailedCase() =>
        new(
            [new("coarse.onnx", 1234, 335_893_664, 1_343_574_656), new("codec_encoder.onnx", 12, 345, 678)],
            [new("coarse.onnx", "TorchSharp", Budget, 7, [Case(2, [1, 2, 3, 4], [1, 2, 3.5f, 4]), Case(3, [0, 1, 2, 3], [2, 1, 2, 3])])]
        );

    public static VerificationReport NotANumber() =>
        new([new("c2f.onnx", 1, 1, 1)], [new("c2f.onnx", "TorchSharp", Budget, 7, [Case(2, [0, 1], [float.NaN, float.NegativeInfinity])])]);
}
