using System.Collections.Immutable;
using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests;

public sealed class FolderVerificationTests : IDisposable
{
    private static readonly CheckpointFiles Micro = CheckpointFiles.Find(Golden.Path("micro"));

    // Two sizes suffice to see a fault; the whole plan is for what must pass.
    private static readonly VerificationPlan ShortPlan = VerificationPlan.Default with
    {
        TransformerCases = VerificationPlan.Default.TransformerCases[..2],
    };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-validation-");

    public static TheoryData<int, ExportTarget> Variants => new() { { 17, ExportTarget.Portable }, { 23, ExportTarget.OnnxRuntime } };

    private ModelFolder Folder => new(Path.Combine(_root.FullName, "models"));

    [Theory]
    [MemberData(nameof(Variants))]
    public void Run_AFreshExport_PassesForEveryGraphAtEverySize(int opset, ExportTarget target)
    {
        Export(Micro, opset, target);
        var seen = new List<VerificationProgress>();

        VerificationReport report = FolderVerification.Run(
            Folder,
            Micro,
            VerificationPlan.Default,
            new Collector(seen),
            TestContext.Current.CancellationToken
        );

        Assert.True(report.Passed, VerdictMarkdown.Write(report));
        Assert.Equal(["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"], report.Verdicts.Select(each => each.File));
        Assert.Equal([4, 4, 2, 2], report.Verdicts.Select(each => each.Cases.Length));
        Assert.Equal(0, report.Verdicts.Sum(each => each.Tokens?.Disagreements ?? 0));
        Assert.Equal([2, 2, 21, 8], report.Verdicts.Select(each => each.Layers!.Layers.Length));
        Assert.All(
            report.Verdicts.SelectMany(each => each.Layers!.Layers),
            layer => Assert.InRange(layer.WorstAbsoluteError, 0, 1e-4 * layer.LargestExpected)
        );
        Assert.All(
            report.Verdicts.Where(each => each.Worst is not null).SelectMany(each => each.Cases),
            each =>
                Assert.Equal(
                    (each.Difference!.Elements, true),
                    (each.Distribution!.Elements, each.Distribution.Percentile999 <= each.Difference.Worst.AbsoluteError)
                )
        );
        Assert.Equal(seen.Select(each => each.Fraction).Order(), seen.Select(each => each.Fraction));
        Assert.Equal(1, seen[^1].Fraction);
    }

    [Fact]
    public void Run_Twice_GivesEqualReports()
    {
        Export(Micro);

        Assert.Equal(VerdictJson.Write(Run(Micro)), VerdictJson.Write(Run(Micro)));
    }

    [Fact]
    public void Run_OneWeightChanged_FailsThatGraphAlone()
    {
        Export(Micro);
        Falsify("coarse.onnx.data", 0.5f);

        VerificationReport report = Run(Micro);

        Assert.Equal([false, true, true, true], report.Verdicts.Select(each => each.Passed));
        Assert.True(report.Verdicts[0].Worst!.AbsoluteError > 2e-4);
        Assert.All(report.Verdicts[0].Layers!.Layers, layer => Assert.True(layer.WorstAbsoluteError > 1e-4));
    }

    [Fact]
    public void Run_NotANumberInAWeight_Fails()
    {
        Export(Micro);
        Falsify("codec_decoder.onnx.data", float.NaN, start: 200_000);

        VerificationReport report = Run(Micro);

        Assert.False(report.Verdicts[^1].Passed);
        Assert.False(report.Verdicts[^1].Worst!.IsFinite);
        Assert.Equal(double.NaN, report.Verdicts[^1].Layers!.Layers[^1].WorstAbsoluteError);
    }

    [Fact]
    public void Run_EncoderOfOtherWeights_FailsByItsCodes()
    {
        Export(Micro);
        Falsify("codec_encoder.onnx.data", 3f);

        GraphVerdict verdict = Run(Micro).Verdicts[2];

        Assert.False(verdict.Passed);
        Assert.Null(verdict.Worst);
        Assert.True(verdict.Tokens!.WidestMargin > 1e-5);
        Assert.True(verdict.Layers!.Layers.First(layer => layer.Layer == "quantizer.quantizers.0.latents").WorstAbsoluteError > 1e-4);
    }

    [Fact]
    public void Run_OtherCheckpoint_IsRefusedBeforeAnyNumber()
    {
        Export(Micro);

        ValidationException other = Assert.Throws<ValidationException>(() => Run(Micro with { Coarse = Golden.Path("tiny/coarse.pth") }));
        ValidationException none = Assert.Throws<ValidationException>(() => Run(Micro with { C2f = null }));
        ValidationException lora = Assert.Throws<ValidationException>(() =>
            Run(Micro with { CoarseLora = Golden.Path("checkpoint_zoo/lora_only.pth") })
        );

        Assert.Equal(["VNV0303", "VNV0303", "VNV0303"], [other.Id, none.Id, lora.Id]);
        Assert.Contains("no file to verify c2f with", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ModelWithoutAReference_IsRefused()
    {
        ModelManifest manifest = Export(Micro);
        Write(manifest with { Models = manifest.Models.Remove("coarse").Add("vocoder", manifest.Models["coarse"]) });

        Assert.Equal("VNV0304", Assert.Throws<ValidationException>(() => Run(Micro)).Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private VerificationReport Run(CheckpointFiles files) =>
        FolderVerification.Run(Folder, files, ShortPlan, cancellationToken: TestContext.Current.CancellationToken);

    private ModelManifest Export(CheckpointFiles files, int opset = 20, ExportTarget target = ExportTarget.Portable) =>
        ExportRun.Run(
            files.ToRequest(Folder.Path) with
            {
                Options = new ExportOptions { Opset = opset, Target = target },
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

    // Changes every weight of a stretch, and the manifest with it, as a faulty exporter would have written both.
    private void Falsify(string file, float value, int start = 0)
    {
        byte[] data = File.ReadAllBytes(Folder.At(file));
        for (int at = start; at < start + 400; at += 4)
        {
            BitConverter.TryWriteBytes(data.AsSpan(at), value);
        }

        File.WriteAllBytes(Folder.At(file), data);
        ModelManifest manifest = Folder.ReadManifest();
        ImmutableArray<ManifestFile> files =
        [
            .. manifest.Files.Select(each => each.Name == file ? ManifestFile.Read(Folder.At(file)) : each),
        ];
        Write(manifest with { Files = files });
    }

    private void Write(ModelManifest manifest) => File.WriteAllBytes(Folder.At(ModelManifest.FileName), manifest.ToUtf8Json());

    private sealed class Collector(List<VerificationProgress> seen) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => seen.Add(value);
    }
}
