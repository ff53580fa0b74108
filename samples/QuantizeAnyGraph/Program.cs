// Makes any ONNX graph INT8, and says what that loses and gains: QuantizeAnyGraph IN.onnx OUT.onnx
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Quantization.Judging;

bool convolves;
using (Model model = ModelReader.Read(args[0]))
{
    convolves = model.Graph.Nodes.Any(node => node.OpType is "Conv" or "ConvTranspose");
}

// Static INT8 is the one that makes convolutions faster; it measures ranges on seeded inputs. Matrix products need no calibration.
QuantizationRequest request = new(args[0], args[1]) { Scheme = convolves ? QuantizationScheme.Static : QuantizationScheme.Dynamic };
QuantizationResult result = QuantizationRun.Run(request);

QuantizationJudgement judged = result.Judgement!;
Console.WriteLine($"{result.Report.Quantized.Length} weights are INT8, {result.Report.Kept.Length} constants stay as they are.");
Console.WriteLine($"{judged.BytesBefore} bytes became {judged.BytesAfter}; signal to noise {judged.Loss.SignalToNoise:F1} dB.");
