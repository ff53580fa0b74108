using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Quantization.Judging;

namespace VampNet.Benchmarks;

/// <summary>The coarse transformer, quantized in every way, against itself in float32 and against the exporter's shape.</summary>
internal static class QuantizedTransformer
{
    private const int LongFrames = 574;
    private const int ShortFrames = 100;

    public static void Measure(QuantizeBenchmark.Settings settings, Checkpoint codec, string folder, FigureTable figures, bool weightOnly)
    {
        using Checkpoint coarse = Checkpoint.Open(Path.Combine(settings.Checkpoints, "coarse.pth"));
        string real = Path.Combine(folder, "coarse.onnx");
        ModelWriter.Write(
            TransformerEmitter.Emit(
                ModelBinder.BindTransformer(coarse, codec),
                ExportOptions.Default with
                {
                    Target = ExportTarget.OnnxRuntime,
                }
            ),
            real,
            new ExternalDataOptions()
        );
        string dynamic = Path.Combine(folder, "coarse.dynamic.onnx");
        Timings quantizing = new();
        using (PrivateMemory memory = new())
        {
            // Without judging, which loads both graphs into sessions.
            quantizing.Add(() => QuantizationRun.Quantize(new(real, dynamic) { JudgedSamples = 0 }));
            string subject = $"quantizing {QuantizationJudge.BytesOf(real) / 1e6:F0} MB";
            figures.AtMost($"{subject}: seconds", quantizing.Median, 12, "0.0");
            figures.AtMost($"{subject}: MB of private memory beyond the map", (memory.Peak - memory.Before) / 1e6, 600, "0");
        }

        QuantizeBenchmark.AddRatio(figures, "coarse, dynamic INT8", real, dynamic, LongFrames, settings, 2.8);
        QuantizeBenchmark.AddRatio(figures, "coarse, dynamic INT8", real, dynamic, ShortFrames, settings, 2.1);
        if (settings.Exporter is not null)
        {
            CompareWithExporter(settings, dynamic, folder, figures);
        }

        QuantizeBenchmark.AddSize(figures, "coarse, dynamic INT8", real, dynamic, 0.26);
        if (!weightOnly)
        {
            return;
        }

        foreach (QuantizationScheme scheme in (QuantizationScheme[])[QuantizationScheme.WeightOnly8, QuantizationScheme.WeightOnly4])
        {
            string name =
                scheme == QuantizationScheme.WeightOnly8
                    ? "coarse, 8-bit weights in blocks of 32"
                    : "coarse, 4-bit weights in blocks of 64";
            string packed = Path.Combine(folder, $"coarse.{scheme}.onnx");
            QuantizationRun.Quantize(new(real, packed) { Scheme = scheme, BlockSize = scheme == QuantizationScheme.WeightOnly4 ? 64 : 32 });
            QuantizeBenchmark.AddRatio(figures, name, real, packed, LongFrames, settings, null);
            QuantizeBenchmark.AddSize(figures, name, real, packed, scheme == QuantizationScheme.WeightOnly4 ? 0.15 : null);
            File.Delete($"{packed}.data");
        }
    }

    private static void CompareWithExporter(QuantizeBenchmark.Settings settings, string ours, string folder, FigureTable figures)
    {
        using Model small = ModelReader.Read(settings.Exporter!);
        string foreign = Path.Combine(folder, "exporter.onnx");
        string foreignDynamic = Path.Combine(folder, "exporter.dynamic.onnx");
        ModelWriter.Write(ForeignShapedTransformer.Build(small), foreign, new ExternalDataOptions());
        QuantizeBenchmark.AddRatio(
            figures,
            "dynamic INT8 against the exporter's shape in float32",
            foreign,
            ours,
            LongFrames,
            settings,
            3.3
        );
        QuantizationRun.Quantize(new(foreign, foreignDynamic));
        QuantizeBenchmark.AddRatio(
            figures,
            "dynamic INT8, ours against the exporter's shape",
            foreignDynamic,
            ours,
            LongFrames,
            settings,
            1.35
        );
        File.Delete($"{foreign}.data");
        File.Delete($"{foreignDynamic}.data");
    }
}
