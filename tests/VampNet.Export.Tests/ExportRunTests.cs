using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.TestSupport;

namespace VampNet.Export.Tests;

public sealed class ExportRunTests : IDisposable
{
    private static readonly string[] EveryFile =
    [
        "c2f.ledger.json",
        "c2f.onnx",
        "c2f.onnx.data",
        "coarse.ledger.json",
        "coarse.onnx",
        "coarse.onnx.data",
        "codec.ledger.json",
        "codec_decoder.onnx",
        "codec_decoder.onnx.data",
        "codec_encoder.onnx",
        "codec_encoder.onnx.data",
        "manifest.json",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ThreeCheckpoints_WritesEveryFileAndListsItsSha256()
    {
        ModelManifest manifest = Export(Micro());
        Assert.Equal(EveryFile.Select(name => Path.Combine("out", name)).Prepend("out"), _folder.Entries);
        Assert.Equal(EveryFile.Where(name => name != "manifest.json"), manifest.Files.Select(file => file.Name));
        Assert.All(
            manifest.Files,
            file =>
            {
                byte[] bytes = File.ReadAllBytes(Path.Combine(_folder["out"], file.Name));
                Assert.Equal(bytes.Length, file.Bytes);
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
            }
        );
        Assert.Equal(["c2f", "coarse", "codec_decoder", "codec_encoder"], manifest.Models.Keys);
    }

    [Fact]
    public void Run_Manifest_ReadsBackAsItWasReturned()
    {
        ModelManifest returned = Export(Micro() with { WeightLicense = "CC-BY-4.0" });
        ModelManifest read = ModelManifest.Read(Path.Combine(_folder["out"], ModelManifest.FileName));
        Assert.Equal(returned.ToUtf8Json(), read.ToUtf8Json());
        Assert.Equal("CC-BY-4.0", read.WeightLicense);
        Assert.Equal(Sha256(Golden.Path("micro/coarse.pth")), read.Models["coarse"].CheckpointSha256);
        Assert.Equal(Sha256(Golden.Path("micro/codec.pth")), read.Models["coarse"].CodecSha256);
        Assert.Null(read.Models["codec_encoder"].CodecSha256);
        Assert.Equal(64, (int)read.Models["c2f"].Configuration["vocab_size"]!);
    }

    [Fact]
    public void Run_WrittenGraph_GivesTheGoldenLogits()
    {
        Export(Micro());
        using GoldenTensors golden = new("micro/coarse_forward_b1_t5.safetensors");
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(Path.Combine(_folder["out"], "coarse.onnx"));
        Tensor<long> codes = golden.Int64s("codes");
        using Microsoft.ML.OnnxRuntime.OrtValue input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(
            codes.Values,
            [.. codes.Shape.Select(dimension => (long)dimension)]
        );
        using Microsoft.ML.OnnxRuntime.RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["codes"], [input], ["logits"]);
        Closeness.AssertWithin(2e-4, golden.Singles("logits").Values, results[0].GetTensorDataAsSpan<float>());
    }

    [Fact]
    public void Run_LargeWeights_LieAlignedInTheDataFile()
    {
        Export(Micro());
        byte[] graph = File.ReadAllBytes(Path.Combine(_folder["out"], "coarse.onnx"));
        using Model model = ModelReader.Read(Path.Combine(_folder["out"], "coarse.onnx"));
        long weights = model.Graph.Initializers.Sum(value => value.Constant!.ByteLength);
        Assert.True(graph.Length < weights / 2, $"{graph.Length} bytes of graph for {weights} bytes of weights.");
        Assert.True(new FileInfo(Path.Combine(_folder["out"], "coarse.onnx.data")).Length > weights / 2);
    }

    [Fact]
    public void Run_OverAnEarlierExport_ReplacesItByEqualBytes()
    {
        Export(Micro());
        Dictionary<string, byte[]> first = ReadAll();
        Export(Micro());
        Dictionary<string, byte[]> second = ReadAll();
        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, file => Assert.True(file.Value.AsSpan().SequenceEqual(second[file.Key]), file.Key));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Run_CodecAlone_WritesTheCodecAlone()
    {
        ModelManifest manifest = Export(Micro() with { CoarsePath = null, C2fPath = null });
        Assert.Equal(["codec_decoder", "codec_encoder"], manifest.Models.Keys);
    }

    [Fact]
    public void Run_FewerCodebooksWithATransformer_IsRefused() =>
        AssertRefused(ExportErrorIds.CodebooksWithTransformer, Micro() with { Codebooks = 4 });

    [Fact]
    public void Run_NoCodec_IsRefused() => AssertRefused(ExportErrorIds.CodecMissing, Micro() with { CodecPath = null });

    [Fact]
    public void Run_AbsentCheckpoint_IsRefused() =>
        AssertRefused(ExportErrorIds.CheckpointMissing, Micro() with { C2fPath = _folder["nothing.pth"] });

    [Fact]
    public void Run_CoarseGivenAsC2f_IsRefused()
    {
        Assert.Throws<ArchitectureException>(() => Export(Micro() with { C2fPath = Golden.Path("micro/coarse.pth") }));
        AssertNothingLeft();
    }

    [Fact]
    public void Run_FileThatIsNoCheckpoint_IsRefused()
    {
        File.WriteAllText(_folder["page.pth"], "<!DOCTYPE html><html><body>Not found</body></html>");
        Assert.Throws<CheckpointException>(() => Export(Micro() with { CoarsePath = _folder["page.pth"] }));
        File.Delete(_folder["page.pth"]);
        AssertNothingLeft();
    }

    [Fact]
    public void Run_FolderThatHoldsSomethingElse_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Path.Combine(_folder["out"], "thesis.tex"), "mine");
        ExportException refusal = Assert.Throws<ExportException>(() => Export(Micro()));
        Assert.Equal(ExportErrorIds.FolderOccupied, refusal.Id);
        Assert.Contains("thesis.tex", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["out", Path.Combine("out", "thesis.tex")], _folder.Entries);
    }

    [Fact]
    public void Run_EarlierExportWithAFileAdded_IsRefusedAndLeftAlone()
    {
        Export(Micro());
        File.WriteAllText(Path.Combine(_folder["out"], "notes.txt"), "mine");
        ExportException refusal = Assert.Throws<ExportException>(() => Export(Micro()));
        Assert.Equal(ExportErrorIds.FolderOccupied, refusal.Id);
        Assert.Contains("notes.txt", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder["out"], "notes.txt")));
    }

    [Fact]
    public void Run_OutputIsAFile_IsRefusedAndLeftAlone()
    {
        File.WriteAllText(_folder["out"], "mine");
        Assert.Equal(ExportErrorIds.FolderOccupied, Assert.Throws<ExportException>(() => Export(Micro())).Id);
        Assert.Equal("mine", File.ReadAllText(_folder["out"]));
    }

    [Fact]
    public void Run_FolderWithABrokenManifest_IsRefused()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Path.Combine(_folder["out"], "manifest.json"), "{ \"format\": 7");
        Assert.Equal("VNM0101", Assert.Throws<ModelsException>(() => Export(Micro())).Id);
    }

    [Fact]
    public void Run_FullVolume_IsRefusedBeforeWriting()
    {
        FaultyVolume volume = new() { Free = 1000 };
        ExportException refusal = Assert.Throws<ExportException>(() => Export(Micro(), volume: volume));
        Assert.Equal(ExportErrorIds.DiskFull, refusal.Id);
        Assert.Equal(0, volume.Written);
        AssertNothingLeft();
    }

    [Fact]
    public void Run_VolumeThatFillsUpWhileWriting_FailsAndCleansUp()
    {
        FaultyVolume volume = new() { AfterWrite = _ => throw new IOException("No space left on device") };
        ExportException failure = Assert.Throws<ExportException>(() => Export(Micro(), volume: volume));
        Assert.Equal(ExportErrorIds.WriteFailed, failure.Id);
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void Run_VolumeThatLosesBytes_FailsVerificationAndCleansUp()
    {
        FaultyVolume volume = new()
        {
            AfterWrite = path =>
            {
                using FileStream data = File.OpenWrite(path + ".data");
                data.SetLength(data.Length - 1);
            },
        };
        Assert.Equal(ExportErrorIds.VerificationFailed, Assert.Throws<ExportException>(() => Export(Micro(), volume: volume)).Id);
        AssertNothingLeft();
    }

    [Fact]
    public void Run_VolumeThatChangesABit_IsToldByTheManifest()
    {
        FaultyVolume volume = new()
        {
            AfterWrite = path =>
            {
                using FileStream data = new(path + ".data", FileMode.Open, FileAccess.ReadWrite);
                int first = data.ReadByte();
                data.Position = 0;
                data.WriteByte((byte)(first ^ 1));
            },
        };
        ModelManifest manifest = Export(Micro(), volume: volume);
        Assert.All(
            manifest.Files,
            file =>
                Assert.Equal(
                    !file.Name.EndsWith(".data", StringComparison.Ordinal),
                    file.Sha256 == Sha256(Path.Combine(_folder["out"], file.Name))
                )
        );
    }

    [Fact]
    public void Run_Cancelled_LeavesNothing()
    {
        using CancellationTokenSource source = new();
        Watcher watcher = new(progress =>
        {
            if (progress is { Stage: ExportStage.Writing, File: "codec_encoder.onnx" })
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => ExportRun.Run(Micro(), watcher, source.Token));
        AssertNothingLeft();
    }

    [Fact]
    public void Run_UntilPublished_NothingHasItsFinalName()
    {
        List<ExportProgress> reports = [];
        Export(
            Micro(),
            new Watcher(progress =>
            {
                Assert.False(Path.Exists(_folder["out"]), $"The folder exists while {progress.Stage}.");
                reports.Add(progress);
            })
        );
        Assert.Equal(Enum.GetValues<ExportStage>(), reports.Select(report => report.Stage).Distinct());
        Assert.Equal(reports[^1].BytesTotal, reports[^1].BytesDone);
        Assert.True(reports.Zip(reports.Skip(1)).All(pair => pair.First.BytesDone <= pair.Second.BytesDone));
    }

    [Fact]
    public void Run_WhileAnotherRuns_BothAreComplete()
    {
        Export(
            Micro(),
            new Watcher(progress =>
            {
                if (progress.Stage is ExportStage.Binding)
                {
                    Export(Micro());
                }
            })
        );
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName));
        Assert.Equal(EveryFile, Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Run_TargetThatBecomesOccupied_KeepsWhatIsThere()
    {
        ExportException refusal = Assert.Throws<ExportException>(() =>
            Export(
                Micro(),
                new Watcher(progress =>
                {
                    if (progress.Stage is ExportStage.Publishing)
                    {
                        Directory.CreateDirectory(_folder["out"]);
                        File.WriteAllText(Path.Combine(_folder["out"], "song.txt"), "mine");
                    }
                })
            )
        );
        Assert.Equal(ExportErrorIds.FolderOccupied, refusal.Id);
        Assert.Equal(["song.txt"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void FromFolder_WithoutACodec_IsRefused()
    {
        File.Copy(Golden.Path("micro/coarse.pth"), _folder["coarse.pth"]);
        File.Copy(Golden.Path("micro/c2f.pth"), _folder["c2f.pth"]);
        ExportException refusal = Assert.Throws<ExportException>(() => ExportRequest.FromFolder(_folder.Root, _folder["out"]));
        Assert.Equal(ExportErrorIds.CheckpointMissing, refusal.Id);
        Assert.Contains("codec.pth", refusal.Message, StringComparison.Ordinal);
    }

    private ExportRequest Micro() => ExportRequest.FromFolder(Golden.Path("micro"), _folder["out"]);

    private static ModelManifest Export(ExportRequest request, IProgress<ExportProgress>? progress = null, ExportVolume? volume = null) =>
        ExportRun.Run(request, volume ?? ExportVolume.System, progress, TestContext.Current.CancellationToken);

    private void AssertRefused(string id, ExportRequest request)
    {
        Assert.Equal(id, Assert.Throws<ExportException>(() => Export(request)).Id);
        AssertNothingLeft();
    }

    private void AssertNothingLeft() => Assert.Empty(_folder.Entries);

    private Dictionary<string, byte[]> ReadAll() =>
        Directory.GetFiles(_folder["out"]).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed class Watcher(Action<ExportProgress> report) : IProgress<ExportProgress>
    {
        public void Report(ExportProgress value) => report(value);
    }

    private sealed class FaultyVolume : ExportVolume
    {
        public long Free { get; init; } = long.MaxValue;

        public Action<string> AfterWrite { get; init; } = _ => { };

        public int Written { get; private set; }

        public override ImmutableArray<WrittenFile> Write(Model model, string path, Action sign)
        {
            ImmutableArray<WrittenFile> files = base.Write(model, path, sign);
            Written++;
            AfterWrite(path);
            return files;
        }

        protected override long FreeBytes(string folder) => Free;
    }
}
