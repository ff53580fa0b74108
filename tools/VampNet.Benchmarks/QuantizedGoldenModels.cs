using System.Globalization;
using VampNet.Export;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization;
using VampNet.Validation.Inputs;

namespace VampNet.Benchmarks;

/// <summary>Share of tokens that the golden models still choose when they are quantized, on the codes that upstream was run on.</summary>
internal static class QuantizedGoldenModels
{
    // Dynamic INT8 rounds activations too, which blocks of 8-bit weights do not.
    private const double AllowedBelowWeights = 0.01;

    public static void Measure(string golden, string folder, FigureTable figures)
    {
        foreach (string name in (string[])["tiny", "micro"])
        {
            string models = Path.Combine(folder, name);
            ExportRun.Run(CheckpointFiles.Find(Path.Combine(golden, name)).ToRequest(models));
            Measure(Path.Combine(golden, name), name, models, figures);
        }
    }

    private static void Measure(string golden, string name, string models, FigureTable figures)
    {
        List<TokenDisagreement> channelFlips = [];
        List<TokenDisagreement> refinedFlips = [];
        long positions = 0;
        int tensorFlips = 0,
            weightFlips = 0;
        foreach (string model in (string[])["coarse", "c2f"])
        {
            string graph = Path.Combine(models, $"{model}.onnx");
            QuantizationRequest request = new(graph, Path.Combine(models, $"{model}.quantized.onnx"))
            {
                Profile = ExportedInputs.ProfileOf(graph),
            };
            ModelSample[] samples = Samples(request.Input, golden, $"{model}_forward_*.safetensors");
            (List<TokenDisagreement> flips, long compared) = Flips(request, samples);
            channelFlips.AddRange(flips);
            positions += compared;
            refinedFlips.AddRange(Flips(request with { SmoothQuant = true, Gptq = true }, samples).Flips);
            tensorFlips += Flips(request with { Granularity = WeightGranularity.PerTensor }, samples).Flips.Count;
            weightFlips += Flips(request with { Scheme = QuantizationScheme.WeightOnly8 }, samples).Flips.Count;
        }

        figures.AtLeast(
            $"golden {name}, per channel: same token (goal: as per tensor)",
            Share(channelFlips.Count),
            Share(tensorFlips),
            "0.00%",
            $" of {positions}"
        );
        figures.AtLeast(
            $"golden {name}, smoothed and compensated: same token (goal: as 8-bit weights, less 1 %)",
            Share(refinedFlips.Count),
            Share(weightFlips) - AllowedBelowWeights,
            "0.00%"
        );
        PrintMargins($"golden {name}, per channel", channelFlips);
        PrintMargins($"golden {name}, smoothed and compensated", refinedFlips);

        double Share(int flips) => 1 - ((double)flips / positions);
    }

    private static void PrintMargins(string title, List<TokenDisagreement> flips)
    {
        Console.WriteLine($"{title}: the margins of its {flips.Count} flips, in logits");
        IEnumerable<string> margins = flips
            .Select(flip => flip.Margin)
            .OrderDescending()
            .Select(margin => margin.ToString("0.####", CultureInfo.InvariantCulture));
        Console.WriteLine($"    {string.Join(' ', margins)}");
    }

    private static ModelSample[] Samples(string path, string golden, string pattern)
    {
        using Model model = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(model, ExportedInputs.ProfileOf(model));
        return
        [
            .. Directory
                .EnumerateFiles(golden, pattern)
                .Order(StringComparer.Ordinal)
                .SelectMany(file => maker.FromFiles(file, int.MaxValue)),
        ];
    }

    private static (List<TokenDisagreement> Flips, long Positions) Flips(QuantizationRequest request, ModelSample[] samples)
    {
        QuantizationRun.Quantize(request);
        using GraphSession reference = new(request.Input);
        using GraphSession quantized = new(request.Output);
        List<TokenDisagreement> flips = [];
        long positions = 0;
        foreach (ModelSample sample in samples)
        {
            (Array wanted, long[] shape) = reference.RunFirst(sample);
            Array found = quantized.RunFirst(sample).Values;
            int vocabulary = (int)shape[^1];
            // One position at a time: of many, not every flip would be kept.
            foreach ((float[] expected, float[] actual) in ((float[])wanted).Chunk(vocabulary).Zip(((float[])found).Chunk(vocabulary)))
            {
                TokenAgreement agreement = TokenComparer.CompareArgmax(expected, actual, [1, vocabulary]);
                flips.AddRange(agreement.Widest);
                positions += agreement.Positions;
            }
        }

        return (flips, positions);
    }
}
