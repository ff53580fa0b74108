using System.Text.Json;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Dac;
using VampNet.Inference.Inputs;
using VampNet.Models;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

/// <summary>Folders in the layouts that users have: the output of inspect, and the files that export uses.</summary>
public sealed class FolderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Inspect_ACheckout_SaysFamilyFilesAndTheCommand()
    {
        Place("models/vampnet", "coarse.pth", "codec.pth");
        Place("models/vampnet/loras/jazz", "coarse.pth");
        await File.WriteAllTextAsync(_folder.At("models/vampnet/wavebeat.pth"), "", TestContext.Current.CancellationToken);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        foreach (
            string line in (string[])
                [
                    "family      VampNet with a LAC codec\n",
                    "missing     c2f.pth: the coarse-to-fine model, which music needs\n",
                    "fine-tuned  jazz: add --lora jazz\n",
                    $"to convert  vampnet export --checkpoints {_folder.Path} --out models/{Path.GetFileName(_folder.Path)}\n",
                    "coarse: a VampNet transformer",
                    "ignored: WaveBeat",
                ]
        )
        {
            Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Inspect_ADacCodecAlone_IsConverted()
    {
        File.Copy(Golden.Path("dac/odd/weights.pth"), _folder.At("weights.pth"));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path, "--json");

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("a DAC codec alone", json.RootElement.GetProperty("family").GetString());
        Assert.Equal(_folder.At("weights.pth"), json.RootElement.GetProperty("codec").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("missing").GetArrayLength());
    }

    [Fact]
    public async Task Export_AFolderOfHuggingFacesDacModel_GivesTheCodecThatUpstreamsFileGives()
    {
        WriteDacModel();
        string sound = _folder.At("in.wav");
        using (FileStream stream = File.Create(sound))
        {
            WavWriter.Write(stream, new AudioClip(44100, SeededInputs.Audio(1, 1, 9000, 44100)), WavEncoding.Pcm16);
        }

        CapturedTerminal.Outcome inspected = await CapturedTerminal.RunAsync("inspect", _folder.At("hub"));
        await DoneAsync("export", "--checkpoints", _folder.At("hub"), "--out", _folder.At("theirs"));
        await DoneAsync("export", "--codec", Golden.Path("dac/even/weights.pth"), "--out", _folder.At("upstreams"));
        await DoneAsync("encode", sound, _folder.At("theirs.dac"), "--models", _folder.At("theirs"));
        await DoneAsync("encode", sound, _folder.At("upstreams.dac"), "--models", _folder.At("upstreams"));

        Assert.Contains(
            "family      a DAC codec of Hugging Face's transformers (DacModel) alone\n",
            inspected.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(DacFileReader.Read(_folder.At("upstreams.dac")).Codes, DacFileReader.Read(_folder.At("theirs.dac")).Codes);
    }

    [Fact]
    public async Task Inspect_ATrainingRun_ListsItsTagsAndHowToLayItOverABase()
    {
        Place("coarse/latest/vampnet", "coarse.pth");
        File.Move(_folder.At("coarse/latest/vampnet/coarse.pth"), _folder.At("coarse/latest/vampnet/weights.pth"));
        await File.WriteAllTextAsync(_folder.At("coarse/latest/optimizer.pth"), "", TestContext.Current.CancellationToken);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Contains("tags        latest\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"vampnet export --checkpoints DIR --lora {_folder.Path}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("ignored: the optimizer's state", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_AnEmptyFolder_SaysWhereItLooked()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("family      none that can be converted\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(_folder.At("models/vampnet"), outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ARunByName_NamesTheFilesUsedInTheManifest()
    {
        Place("models/vampnet", "coarse.pth", "codec.pth");
        Place("runs/jazz/coarse/best/vampnet", "coarse.pth");
        File.Move(_folder.At("runs/jazz/coarse/best/vampnet/coarse.pth"), _folder.At("runs/jazz/coarse/best/vampnet/weights.pth"));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            _folder.Path,
            "--lora",
            "jazz",
            "--tag",
            "best",
            "--out",
            _folder.At("out")
        );

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        ModelManifest manifest = new ModelFolder(_folder.At("out")).ReadManifest();
        Assert.Equal("coarse/best/vampnet/weights.pth", manifest.Models["coarse"].CheckpointFile);
        Assert.Equal("codec.pth", manifest.Models["coarse"].CodecFile);
        Assert.Equal("codec.pth", manifest.Models["codec_decoder"].CheckpointFile);
        Assert.False(manifest.Models.ContainsKey("c2f"));
    }

    [Fact]
    public async Task Export_LoraTensorsWithoutTheirBase_AreRefused()
    {
        Place("", "codec.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            _folder.Path,
            "--lora",
            Golden.Path("checkpoint_zoo/lora_only.pth"),
            "--out",
            _folder.At("out")
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Matches("(?m)^error VNL0006: Found LoRA tensors in ", outcome.Error);
    }

    [Theory]
    [InlineData("--tag", "best")]
    [InlineData("--tag", "../best", "--lora", "jazz")]
    public async Task Export_ATagThatCannotBe_IsWrongUsage(params string[] options)
    {
        Place("", "codec.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            _folder.Path,
            "--out",
            _folder.At("out"),
            .. options,
        ]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("--tag", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task DoneAsync(params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(arguments);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
    }

    // What a hub's snapshot of the golden codec would hold: weight norm folded, names and settings of Hugging Face's transformers.
    private void WriteDacModel()
    {
        Directory.CreateDirectory(_folder.At("hub"));
        using Checkpoint upstream = Checkpoint.Open(Golden.Path("dac/even/weights.pth"));
        BoundCodec codec = ModelBinder.BindCodec(upstream);
        SafeTensorsWriter.WriteFile(
            _folder.At("hub/model.safetensors"),
            [
                .. codec.Weights.Values.Select(weight =>
                    TensorEntry.From(
                        DacModelNames.OfParameter(weight.Name, codec.Configuration),
                        weight.ToArray(),
                        [.. weight.Shape.Select(extent => (long)extent)]
                    )
                ),
            ]
        );
        File.WriteAllText(
            _folder.At("hub/config.json"),
            """
            {
              "architectures": ["DacModel"], "model_type": "dac", "encoder_hidden_size": 4, "downsampling_ratios": [2, 4, 8, 8],
              "decoder_hidden_size": 48, "upsampling_ratios": [8, 8, 4, 2], "hidden_size": 64, "n_codebooks": 9, "codebook_size": 64,
              "codebook_dim": 8, "sampling_rate": 44100, "hop_length": 512, "quantizer_dropout": 0
            }
            """
        );
    }

    private void Place(string place, params string[] names)
    {
        string folder = place.Length == 0 ? _folder.Path : Directory.CreateDirectory(_folder.At(place)).FullName;
        foreach (string name in names)
        {
            File.Copy(Golden.Path($"micro/{name}"), Path.Combine(folder, name));
        }
    }
}
