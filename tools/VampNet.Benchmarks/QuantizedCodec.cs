using System.Globalization;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;
using VampNet.Reporting.Sound;
using VampNet.Runtime.Audio;
using VampNet.Validation.Inputs;

namespace VampNet.Benchmarks;

/// <summary>Compares the codec in static INT8 with float32: time, size, and loss of sound.</summary>
internal static class QuantizedCodec
{
    private const int OneSecond = 57;

    // Each node is run alone: a short input ranks them as a long one does.
    private const int RankedFrames = 12;
    private const int ShownNodes = 5;

    private const double DecoderGoal = 2.3;

    /// <summary>The decoder alone, with Snake by tables and, for comparison, in float32.</summary>
    public static void MeasureDecoder(QuantizeBenchmark.Settings settings, Checkpoint checkpoint, string folder, FigureTable figures)
    {
        BoundCodec codec = ModelBinder.BindCodec(checkpoint);
        Model model = CodecDecoderEmitter.Emit(codec, ExportOptions.Default);
        QuantizationRequest tables = Request("decoder", model, OneSecond, settings.Threads, folder);
        QuantizationRequest without = tables with
        {
            Output = Path.ChangeExtension(tables.Output, ".float-snake.onnx"),
            Selection = new NodeSelection { Exclude = ["Sin"] },
        };
        QuantizationRun.Quantize(tables);
        QuantizationRun.Quantize(without);
        AddRatio("codec decoder, static INT8", tables, DecoderGoal);
        AddRatio("codec decoder, static INT8, Snake of sums in float32", without, null);

        void AddRatio(string name, QuantizationRequest request, double? goal) =>
            QuantizeBenchmark.AddRatio(figures, name, request.Input, request.Output, OneSecond, settings, goal);
    }

    public static void Measure(QuantizeBenchmark.Settings settings, Checkpoint checkpoint, string folder, FigureTable figures)
    {
        BoundCodec codec = ModelBinder.BindCodec(checkpoint);
        int hop = codec.Configuration.HopLength;
        QuantizationRequest encoder = Request(
            "encoder",
            CodecEncoderEmitter.Emit(codec, ExportOptions.Default),
            OneSecond * hop,
            settings.Threads,
            folder
        );
        QuantizationRequest decoder = Request(
            "decoder",
            CodecDecoderEmitter.Emit(codec, ExportOptions.Default),
            OneSecond,
            settings.Threads,
            folder
        );
        foreach (
            (string name, QuantizationRequest request, double goal) in new[]
            {
                ("decoder", decoder, DecoderGoal),
                ("encoder", encoder, 1.5),
            }
        )
        {
            QuantizationRun.Quantize(request);
            QuantizationRun.Quantize(ConvolutionsAlone(request));
            QuantizeBenchmark.AddRatio(figures, $"codec {name}, static INT8", request.Input, request.Output, OneSecond, settings, goal);
            QuantizeBenchmark.AddSize(figures, $"codec {name}, static INT8", request.Input, request.Output, 0.26);
            QuantizeBenchmark.AddSize(figures, $"codec {name}, convolutions alone", request.Input, ConvolutionsAlone(request).Output, null);
        }

        float[] sound = ReadClip(settings.Clip, codec.Configuration.SampleRate, hop);
        AddQuality(figures, "static INT8", encoder, decoder, sound, codec.Configuration.SampleRate);
        AddQuality(
            figures,
            "convolutions alone",
            ConvolutionsAlone(encoder),
            ConvolutionsAlone(decoder),
            sound,
            codec.Configuration.SampleRate
        );
        ModelSample ranked = Sound(sound.AsSpan(0, Math.Min(sound.Length, RankedFrames * hop)).ToArray());
        AddRanks(
            figures,
            "encoder",
            SensitivityMeter.Rank(encoder, ranked),
            node => $"{node.Cost.ToString("0.0%", CultureInfo.InvariantCulture)} of codes"
        );
        AddRanks(
            figures,
            "decoder",
            SensitivityMeter.Rank(decoder, Codes(Run(encoder.Input, ranked))),
            node => $"{(-10 * Math.Log10(node.Cost)).ToString("0.0 dB", CultureInfo.InvariantCulture)}"
        );
    }

    private static QuantizationRequest Request(string name, Model model, int extent, int threads, string folder)
    {
        string real = Path.Combine(folder, $"{name}.onnx");
        ModelWriter.Write(model, real, new ExternalDataOptions());
        return new(real, Path.Combine(folder, $"{name}.static.onnx"))
        {
            Scheme = QuantizationScheme.Static,
            EmbeddingTables = true,
            Calibration = new CalibrationSource { SeededSamples = 2, AcceptsSeeds = true },
            Profile = ExportedInputs.ProfileOf(model),
            Extent = extent,
            Threads = threads,
        };
    }

    private static QuantizationRequest ConvolutionsAlone(QuantizationRequest request) =>
        request with
        {
            Output = Path.ChangeExtension(request.Output, ".conv.onnx"),
            EmbeddingTables = false,
            Selection = new NodeSelection { Include = ["Conv"] },
        };

    private static void AddQuality(
        FigureTable figures,
        string form,
        QuantizationRequest encoder,
        QuantizationRequest decoder,
        float[] sound,
        int sampleRate
    )
    {
        QuantizationLoss codes = QuantizationJudge.Compare(encoder.Input, encoder.Output, [Sound(sound)], encoder.Threads).Single();
        figures.Printed(
            $"codec, {form}: equal codes",
            FormattableString.Invariant($"{codes.Tokens!.Share:0.0%} of {codes.Tokens.Positions}")
        );
        (Array Values, long[] Shape) wanted = Run(encoder.Input, Sound(sound));
        float[] reference = (float[])Run(decoder.Input, Codes(wanted)).Values;
        AudioLoss loss = AudioLoss.Of(reference, (float[])Run(decoder.Output, Codes(wanted)).Values, sampleRate);
        figures.Printed(
            $"codec, {form}: the same codes decoded",
            FormattableString.Invariant($"SI-SDR {loss.ScaleInvariantSdr:0.0} dB, log-mel distance {loss.LogMelDistance:0.00} dB")
        );
        AudioLoss both = AudioLoss.Of(reference, (float[])Run(decoder.Output, Codes(Run(encoder.Output, Sound(sound)))).Values, sampleRate);
        figures.Printed(
            $"codec, {form}: encoded and decoded",
            FormattableString.Invariant($"log-mel distance {both.LogMelDistance:0.00} dB")
        );
    }

    private static void AddRanks(FigureTable figures, string name, IEnumerable<NodeSensitivity> nodes, Func<NodeSensitivity, string> cost)
    {
        foreach (NodeSensitivity node in nodes.Take(ShownNodes))
        {
            figures.Printed($"codec {name}: {node.Output} quantized alone", cost(node));
        }
    }

    private static float[] ReadClip(string path, int sampleRate, int hop)
    {
        float[] samples = AudioPreprocessor.Prepare(AudioFile.Read(File.ReadAllBytes(path), path), sampleRate, hop);
        return samples[..Math.Min(samples.Length, OneSecond * hop)];
    }

    private static (Array Values, long[] Shape) Run(string path, ModelSample sample)
    {
        using GraphSession session = new(path);
        return session.RunFirst(sample);
    }

    private static ModelSample Sound(float[] samples) => new("clip", [new ModelInput("audio", samples, [1, 1, samples.Length])]);

    private static ModelSample Codes((Array Values, long[] Shape) codes) =>
        new("clip", [new ModelInput("codes", codes.Values, codes.Shape)]);
}
