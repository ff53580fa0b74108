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
        using Peer ourPeer = new("exported here, float32", ours, work.Threads);
        using Peer integerPeer = new("quantized here, dynamic INT8", integers, work.Threads);
        using Peer theirPeer = new("torch.onnx.export, float32", theirs, work.Threads);
        using Peer quantizedPeer = new("the same by onnxruntime's quantize_dynamic", quantized, work.Threads);
        foreach (int length in frames)
        {
            using OrtValue codes = GraphBenchmark.Input(ourPeer.Session, length);
            using OrtValue theirInput = GraphBenchmark.Input(theirPeer.Session, length);
            using torch.Tensor tensor = torch.tensor(
                codes.GetTensorDataAsSpan<long>().ToArray(),
                [1, bound.Configuration.Codebooks, length]
            );
            Print(
                $"coarse, {length} frames",
                work.Runs,
                ("eager TorchSharp, float32", () => Eagerly(() => eager.forward(tensor))),
                theirPeer.On(theirInput),
                quantizedPeer.On(theirInput),
                ourPeer.On(codes),
                integerPeer.On(codes)
            );
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
        using Peer ourPeer = new("exported here, float32", request.Input, work.Threads);
        using Peer integerPeer = new("quantized here, static INT8", request.Output, work.Threads);
        using Peer theirPeer = new("torch.onnx.export's shape, float32", theirs, work.Threads);
        using Peer quantizedPeer = new("the same by onnxruntime's quantize_dynamic", quantized, work.Threads);
        using OrtValue codes = GraphBenchmark.Input(ourPeer.Session, OneSecond);
        using torch.Tensor tensor = torch.tensor(
            codes.GetTensorDataAsSpan<long>().ToArray(),
            [1, codec.Configuration.Codebooks, OneSecond]
        );
        Print(
            $"codec decoder, {OneSecond} frames",
            work.Runs,
            ("eager TorchSharp, float32", () => Eagerly(() => eager.Decode(tensor))),
            theirPeer.On(codes),
            quantizedPeer.On(codes),
            ourPeer.On(codes),
            integerPeer.On(codes)
        );
    }

    private static void Eagerly(Func<torch.Tensor> compute)
    {
        using (torch.no_grad())
        using (torch.NewDisposeScope())
        {
            compute();
        }
    }

    /// <summary>Runs all in turns and prints each one's time, and how many times as fast the last but one, ours, is in each turn.</summary>
    private static void Print(string title, int runs, params (string Name, Action Run)[] peers)
    {
        Timings[] timings = [.. peers.Select(_ => new Timings())];
        for (int turn = 0; turn <= runs; turn++)
        {
            for (int i = 0; i < peers.Length; i++)
            {
                (turn == 0 ? new Timings() : timings[i]).Add(peers[i].Run);
            }
        }

        Console.WriteLine($"{title}, {runs} turns");
        int ours = peers.Length - 2;
        for (int i = 0; i < peers.Length; i++)
        {
            double[] ratios = [.. timings[i].Seconds.Zip(timings[ours].Seconds, (other, own) => other / own).Order()];
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"    {peers[i].Name, -45} {timings[i].Median:0.000} s ({timings[i].Least:0.000} to {timings[i].Greatest:0.000}), "
                        + $"{ratios[ratios.Length / 2]:0.00} of ours in float32 ({ratios[0]:0.00} to {ratios[^1]:0.00})"
                )
            );
        }
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

    private sealed class Peer : IDisposable
    {
        private readonly string _name;
        private readonly RunOptions _run = new();

        public Peer(string name, string path, int threads)
        {
            _name = name;
            using SessionOptions options = new() { IntraOpNumThreads = threads };
            Session = new(path, options);
        }

        public InferenceSession Session { get; }

        public (string Name, Action Run) On(OrtValue input) =>
            (_name, () => Session.Run(_run, Session.InputNames, [input], Session.OutputNames).Dispose());

        public void Dispose()
        {
            _run.Dispose();
            Session.Dispose();
        }
    }
}
