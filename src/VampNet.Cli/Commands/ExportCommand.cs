using System.CommandLine;
using System.Text;
using VampNet.Cli.Display;
using VampNet.Cli.Music;
using VampNet.Export;
using VampNet.Files;
using VampNet.Models;
using VampNet.Runtime.Audio;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet export</c>: checkpoints to a folder of ONNX graphs.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder to write. It may be absent, empty, or hold an earlier export, which is replaced.",
    };
    private readonly Option<int> _opset = NumberOption.Whole(
        "--opset",
        ExportOptions.MinimumOpset,
        ExportOptions.MaximumOpset,
        ExportOptions.Default.Opset,
        $"Write graphs of ONNX operator set N, {ExportOptions.MinimumOpset} to {ExportOptions.MaximumOpset}."
    );
    private readonly Option<string> _target = new("--target")
    {
        DefaultValueFactory = _ => "portable",
        Description = "Use standard operators only, or ONNX Runtime's fused ones.",
    };
    private readonly Option<int?> _codebooks = NumberOption.WholeOrNone(
        "--codebooks",
        1,
        1024,
        "Export a codec with its first N codebooks only; not together with a transformer."
    );
    private readonly Option<double?> _coarseChunk = NumberOption.RealOrNone(
        "--coarse-chunk",
        ChunkOptions.Shortest,
        ChunkOptions.Longest,
        "Set in the manifest how many SECONDS of music the coarse model sees at once; vamp uses it. Upstream's models see 10.",
        "SECONDS"
    );
    private readonly Option<double?> _fineChunk = NumberOption.RealOrNone(
        "--fine-chunk",
        ChunkOptions.Shortest,
        ChunkOptions.Longest,
        "Set in the manifest how many SECONDS of music the coarse-to-fine model sees at once. Upstream's models see 3.",
        "SECONDS"
    );
    private readonly Option<string> _license = new("--license")
    {
        DefaultValueFactory = _ => "unstated",
        HelpName = "SPDX",
        Description = "Write this licence of the weights into every graph.",
    };
    private readonly Option<bool> _step = new("--step")
    {
        Description =
            "Also write the sampling step of each transformer: coarse_step.onnx and c2f_step.onnx with noise as inputs, "
            + "*_step_seeded.onnx with a seed.",
    };
    private readonly Option<bool> _fusedStep = new("--fused-step")
    {
        Description =
            "Also write each transformer with its sampling step inside, as one graph: *_fused_step.onnx and "
            + "*_fused_step_seeded.onnx. Each holds the weights "
            + "once more.",
    };
    private readonly FormatOption _format = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Converts checkpoints to ONNX graphs: coarse.onnx, c2f.onnx, codec_encoder.onnx and codec_decoder.onnx.";

    public ExportCommand(Terminal terminal)
        : base(
            terminal,
            "export",
            Summary,
            "vampnet export --checkpoints checkpoints/demo --out models/demo",
            "vampnet export --coarse coarse.pth --codec codec.pth --out models/coarse --target onnxruntime",
            "vampnet export --codec weights.pth --codebooks 4 --out models/dac"
        )
    {
        _checkpoints.AddTo(this);
        _target.TakeOneOf("portable", "onnxruntime");
        _license.RefuseBlank("a licence, such as MIT or CC-BY-NC-SA-4.0");
        foreach (
            Option option in (Option[])
                [_out, _opset, _target, _codebooks, _coarseChunk, _fineChunk, _license, _step, _fusedStep, _format.Option, _json]
        )
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = arguments.GetRequiredValue(_out);
        CheckpointFiles checkpoints = _checkpoints.Read(arguments);
        ExportRequest request = checkpoints.ToRequest(folder.FullName) with
        {
            Codebooks = arguments.GetValue(_codebooks),
            Steps = arguments.GetValue(_step),
            FusedSteps = arguments.GetValue(_fusedStep),
            CoarseChunkSeconds = arguments.GetValue(_coarseChunk),
            FineChunkSeconds = arguments.GetValue(_fineChunk),
            WeightLicense = arguments.GetRequiredValue(_license),
            AddFiles = graphs =>
                AddFiles([.. graphs], Path.GetDirectoryName(checkpoints.Codec), _format.IsOrt(arguments), cancellationToken),
            Options = ExportOptions.Default with
            {
                Opset = arguments.GetValue(_opset),
                Target = arguments.GetValue(_target) == "portable" ? ExportTarget.Portable : ExportTarget.OnnxRuntime,
            },
        };
        ModelManifest manifest = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(() => ExportRun.Run(request, new ExportSteps(progress), cancellationToken), cancellationToken)
            )
            .ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            await Terminal.Output.WriteAsync(Encoding.UTF8.GetString(manifest.ToUtf8Json())).ConfigureAwait(false);
        }
        else
        {
            Terminal.WriteTable(VerdictTable.FactColumns, VerdictTable.FactRows(new ModelFolder(folder.FullName).DescribeGraphs(manifest)));
            await Terminal
                .Output.WriteLineAsync(
                    $"Exported to {folder.FullName}. To check it, run: vampnet verify {folder.FullName} with the same checkpoints."
                )
                .ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private static IEnumerable<string> AddFiles(string[] graphs, string? checkpoints, bool isOrt, CancellationToken cancellationToken) =>
        CopyClips(graphs, checkpoints).Concat(isOrt ? WriteOrtFormat(graphs, cancellationToken) : []);

    /// <summary>Recordings named clip beside the checkpoints go along: quantize and report find them beside the graphs.</summary>
    private static IEnumerable<string> CopyClips(string[] graphs, string? checkpoints)
    {
        if (graphs.Length == 0 || string.IsNullOrEmpty(checkpoints))
        {
            yield break;
        }

        string folder = Path.GetDirectoryName(graphs[0])!;
        foreach (
            string clip in Directory.EnumerateFiles(checkpoints, "clip.*").Where(AudioFile.IsSound).Order(StringComparer.Ordinal).ToArray()
        )
        {
            string copy = Path.Combine(folder, Path.GetFileName(clip));
            WholeFile.Write(
                copy,
                stream =>
                {
                    using FileStream source = File.OpenRead(clip);
                    source.CopyTo(stream);
                }
            );
            yield return copy;
        }
    }

    private static IEnumerable<string> WriteOrtFormat(IEnumerable<string> graphs, CancellationToken cancellationToken) =>
        graphs
            .Select(graph => FormatOption.Write(graph, cancellationToken))
            .SelectMany(written => new[] { written.Graph, written.Operators });

    private sealed class ExportSteps(IProgress<ProgressStep> steps) : IProgress<ExportProgress>
    {
        public void Report(ExportProgress value)
        {
            // Verifying passes over every file again; one line for all of them is enough.
            string file = value.Stage == ExportStage.Verifying ? "" : $" {value.File}";
            string name = $"{value.Stage.ToString().ToLowerInvariant()}{file}".TrimEnd();
            steps.Report(new ProgressStep(name, value.BytesTotal == 0 ? 0 : (double)value.BytesDone / value.BytesTotal));
        }
    }
}
