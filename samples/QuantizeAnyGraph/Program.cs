// Quantizes any ONNX graph to INT8, and prints loss and speed: QuantizeAnyGraph IN.onnx OUT.onnx [INPUTS]
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;

bool convolves;
using (Model model = ModelReader.Read(args[0]))
{
    convolves = model.Graph.Nodes.Any(node => node.OpType is "Conv" or "ConvTranspose");
}

// Static INT8 is the one that makes convolutions faster; it measures ranges on files of real inputs, or on seeded inputs, which say less.
// Matrix products need no calibration.
QuantizationRequest request = new(args[0], args[1])
{
    Scheme = convolves ? QuantizationScheme.Static : QuantizationScheme.Dynamic,
    Calibration = new CalibrationSource { Paths = [.. args.Skip(2)], AcceptsSeeds = true },
};
QuantizationResult result = QuantizationRun.Run(request);

QuantizationJudgement judged = result.Judgement!;
Console.WriteLine($"{result.Report.Quantized.Length} weights are INT8, {result.Report.Kept.Length} constants stay as they are.");
Console.WriteLine($"{judged.BytesBefore} bytes became {judged.BytesAfter}; signal to noise {judged.Loss.SignalToNoise:F1} dB.");
