using System.CommandLine;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Torch;
using VampNet.Validation.Inputs;

namespace VampNet.Benchmarks;

/// <summary>
/// The exported graphs beside other ways to compute the same: eager TorchSharp, the graph of torch.onnx.export, and what the
/// runtime's own quantizer makes of that graph. All run in turns on one input.
/// </summary>
internal static class PeersBenchmark
{
    public static Command Command()
    {
        Option<DirectoryInfo> checkpoints = new("--checkpoints")
        {
            Required = true,
            HelpName = "DIR",
            Description = "Folder of coarse.pth and codec.pth: VampNet.CheckpointMaker writes one.",
        };
        Option<FileInfo> exporter = new("--exporter")
        {
            HelpName = "FILE",
            DefaultValueFactory = _ => new FileInfo("tests/golden/foreign/coarse_torch_export.onnx"),
            Description = "The small transformer as torch.onnx exports it; its shape at released size is compared.",
        };
        Option<int[]> frames = new("--frames")
        {
            DefaultValueFactory = _ => [100, 574],
            HelpName = "T",
            Description = "Token frames of coarse; repeatable.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "Measure N turns after one that warms up.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Option<string> only = new("--only") { HelpName = "PART", Description = "Measure coarse or the decoder alone." };
        only.AcceptOnlyFromAmong("coarse", "decoder");
        Command command = new("peers", "Times exported graphs against eager TorchSharp, the exporter's graph and the runtime's quantizer.")
        {
            checkpoints,
            exporter,
            frames,
            runs,
            threads,
            only,
        };
        command.SetAction(arguments =>
        {
            string folder = Directory.CreateTempSubdirectory("vampnet-peers-benchmark-").FullName;
            torch.set_num_threads(arguments.GetValue(threads));
            try
            {
                Work work = new(
                    arguments.GetRequiredValue(checkpoints).FullName,
                    folder,
                    arguments.GetValue(runs),
                    arguments.GetValue(threads)
                );
                if (arguments.GetValue(only) is null or "coarse")
                {
                    MeasureCoarse(work, arguments.GetRequiredValue(exporter).FullName, arguments.GetRequiredValue(frames));
                }

                if (arguments.GetValue(only) is null or "decoder")
                {
                    MeasureDecoder(work);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static void MeasureCoarse(Work work, string exporter, int[] frames)
    {
        using Checkpoint codec = work.Open("codec");
        using Checkpoint coarse = work.Open("coarse");
        BoundTransformer bound = ModelBinder.BindTransformer(coarse, codec);
        string ours = work.Write("coarse", TransformerEmitter.Emit(bound, work.Options));
        string integers = Path.Combine(work.Folder, "coarse.int8.onnx");
        QuantizationRun.Quantize(new(ours, integers));
        string theirs;
        string quantized;
        using (Model small = ModelReader.Read(exporter))
        {
            theirs = work.Write("exporter", ForeignShapedTransformer.Build(small));
            Model shaped = ForeignShapedTransformer.Build(small);
            RuntimeQuantizerShape.Apply(shaped);
            quantized = work.Write("exporter.int8", shaped);
        }

        using VampNetTransformer eager = VampNetTransformer.Load(bound);
        eager.eval();
        using Graphs graphs = new(work, theirs, quantized, ours, integers);
        foreach (int length in frames)
        {
            graphs.Compare("coarse", length, bound.Configuration.Codebooks, eager.forward);
        }
    }

    private static void MeasureDecoder(Work work)
    {
        const int OneSecond = 57;
        using Checkpoint checkpoint = work.Open("codec");
        BoundCodec codec = ModelBinder.BindCodec(checkpoint);
        Model model = CodecDecoderEmitter.Emit(codec, ExportOptions.Default);
        QuantizationRequest request = new(work.Write("decoder", model), Path.Combine(work.Folder, "decoder.int8.onnx"))
        {
            Scheme = QuantizationScheme.Static,
            EmbeddingTables = true,
            Calibration = new CalibrationSource { SeededSamples = 2, AcceptsSeeds = true },
            Profile = ExportedInputs.ProfileOf(model),
            Extent = OneSecond,
            Threads = work.Threads,
        };
        QuantizationRun.Quantize(request);
        Model reshaped = CodecDecoderEmitter.Emit(codec, ExportOptions.Default);
        ExporterShape.Apply(reshaped);
        string theirs = work.Write("decoder.exporter", reshaped);
        RuntimeQuantizerShape.Apply(reshaped);
        string quantized = work.Write("decoder.exporter.int8", reshaped);

        using LacCodec eager = LacCodec.Load(codec);
        eager.eval();
        using Graphs graphs = new(work, theirs, quantized, request.Input, request.Output);
        graphs.Compare("codec decoder", OneSecond, codec.Configuration.Codebooks, eager.Decode);
    }

    private sealed record Work(string Checkpoints, string Folder, int Runs, int Threads)
    {
        public ExportOptions Options { get; } = ExportOptions.Default with { Target = ExportTarget.OnnxRuntime };

        public Checkpoint Open(string name) => Checkpoint.Open(Path.Combine(Checkpoints, $"{name}.pth"));

        public string Write(string name, Model model)
        {
            string path = Path.Combine(Folder, $"{name}.onnx");
            ModelWriter.Write(model, path, new ExternalDataOptions());
            return path;
        }
    }

    /// <summary>The graphs of one model, the last two made here; each takes codes, or latents where the exporter had no
    /// embedding.</summary>
    private sealed class Graphs(Work work, string theirs, string quantized, string ours, string integers) : IDisposable
    {
        private const int Ours = 3;

        private readonly RunOptions _run = new();
        private readonly (string Name, InferenceSession Session)[] _graphs =
        [
            ("torch.onnx.export's shape, float32", Open(theirs, work.Threads)),
            ("the same by onnxruntime's quantize_dynamic", Open(quantized, work.Threads)),
            ("exported here, float32", Open(ours, work.Threads)),
            ("quantized here, INT8", Open(integers, work.Threads)),
        ];

        /// <summary>Runs eager TorchSharp and all graphs in turns, and prints each one's time and its multiple of ours.</summary>
        public void Compare(string model, int frames, int codebooks, Func<torch.Tensor, torch.Tensor> eager)
        {
            OrtValue[] inputs = [.. _graphs.Select(graph => GraphBenchmark.Input(graph.Session, frames))];
            using torch.Tensor codes = torch.tensor(inputs[^1].GetTensorDataAsSpan<long>().ToArray(), [1, codebooks, frames]);
            (string Name, Action Run)[] peers =
            [
                ("eager TorchSharp, float32", () => Eagerly(eager, codes)),
                .. _graphs.Zip(inputs, (graph, input) => (graph.Name, (Action)(() => Run(graph.Session, input)))),
            ];
            Timings[] timings = Timings.InTurns([.. peers.Select(peer => peer.Run)], work.Runs);
            Array.ForEach(inputs, input => input.Dispose());
            Console.WriteLine($"{model}, {frames} frames, {work.Runs} turns");
            for (int i = 0; i < peers.Length; i++)
            {
                Console.WriteLine(Describe(peers[i].Name, timings[i], timings[Ours]));
            }
        }

        public void Dispose()
        {
            _run.Dispose();
            Array.ForEach(_graphs, graph => graph.Session.Dispose());
        }

        private static InferenceSession Open(string path, int threads)
        {
            using SessionOptions options = new() { IntraOpNumThreads = threads };
            return new(path, options);
        }

        private void Run(InferenceSession session, OrtValue input) =>
            session.Run(_run, session.InputNames, [input], session.OutputNames).Dispose();

        private static void Eagerly(Func<torch.Tensor, torch.Tensor> compute, torch.Tensor codes)
        {
            using (torch.no_grad())
            using (torch.NewDisposeScope())
            {
                compute(codes);
            }
        }

        private static string Describe(string name, Timings timings, Timings ours)
        {
            double[] ratios = [.. timings.Seconds.Zip(ours.Seconds, (other, own) => other / own).Order()];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"    {name, -45} {timings.Median:0.000} s ({timings.Least:0.000} to {timings.Greatest:0.000}), "
                    + $"{ratios[ratios.Length / 2]:0.00} of ours in float32 ({ratios[0]:0.00} to {ratios[^1]:0.00})"
            );
        }
    }
}
