using VampNet.Runtime.Audio;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

public sealed class KeepLoadedTests(ExportedModels exported)
{
    private static readonly VampOptions Options = new()
    {
        Seed = 7,
        Coarse = new() { Steps = 2 },
        RestoreLoudness = true,
    };

    private static readonly AudioClip Clip = new(22050, [.. Enumerable.Range(0, 12000).Select(i => 0.3f * MathF.Sin(i * 0.05f))]);

    [Fact]
    public async Task VampAsync_ModelsUnloadedAfterTheirStages_GivesTheSameResults()
    {
        using VampNetModels models = VampNetModels.Open(exported.Micro.Folder, new ModelOptions { KeepLoaded = false });

        VampResult kept = await VampAsync(exported.Micro),
            first = await VampAsync(models),
            second = await VampAsync(models);

        Assert.Equal(kept.Codes.Values, first.Codes.Values);
        Assert.Equal(kept.Audio[0].Channels[0], first.Audio[0].Channels[0]);
        Assert.Equal(kept.Audio[0].Channels[0], second.Audio[0].Channels[0]);
        Assert.Equal(kept.Record.Models, first.Record.Models);
    }

    [Fact]
    public async Task VampAsync_ModelsUnloadedAfterTheirStages_LoadsOneAtATime()
    {
        using VampNetModels models = VampNetModels.Open(exported.Micro.Folder, new ModelOptions { KeepLoaded = false });
        List<(VampStage Stage, string Loaded)> seen = [];

        await new VampNetPipeline(models).VampAsync(
            Clip,
            Options,
            new Reports(value => seen.Add((value.Stage, Loaded(models)))),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [(VampStage.Encode, "encoder"), (VampStage.Coarse, "coarse"), (VampStage.Fine, "fine"), (VampStage.Decode, "decoder")],
            seen.Distinct()
        );
        Assert.Equal("", Loaded(models));
    }

    [Fact]
    public async Task VampAsync_ModelsKept_StayLoaded()
    {
        using VampNetModels models = VampNetModels.Open(exported.Micro.Folder);

        await VampAsync(models);

        Assert.Equal("encoder coarse fine decoder", Loaded(models));
    }

    [Fact]
    public async Task VampAsync_SeveralAtOnceOnUnloadedModels_GiveTheSameResults()
    {
        using VampNetModels models = VampNetModels.Open(exported.Micro.Folder, new ModelOptions { KeepLoaded = false });
        VampResult expected = await VampAsync(exported.Micro);

        VampResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => VampAsync(models)));

        Assert.All(results, result => Assert.Equal(expected.Audio[0].Channels[0], result.Audio[0].Channels[0]));
        Assert.Equal("", Loaded(models));
    }

    [Fact]
    public async Task VampAsync_GraphReplacedWhileUnloaded_IsRefused()
    {
        string folder = exported.Copy(exported.Micro);
        using VampNetModels models = VampNetModels.Open(folder, new ModelOptions { KeepLoaded = false });
        models.RequireFamily();
        File.Copy(Path.Combine(exported.Tiny.Folder, "coarse.onnx"), Path.Combine(folder, "coarse.onnx"), overwrite: true);
        File.Copy(Path.Combine(exported.Tiny.Folder, "coarse.onnx.data"), Path.Combine(folder, "coarse.onnx.data"), overwrite: true);

        RuntimeException problem = await Assert.ThrowsAsync<RuntimeException>(() => VampAsync(models));

        Assert.Equal("VNR0302", problem.Id);
        Assert.Contains("was replaced while it was in use", problem.Message);
    }

    [Fact]
    public async Task VampAsync_DisposedModels_IsRefused()
    {
        VampNetModels models = VampNetModels.Open(exported.Micro.Folder, new ModelOptions { KeepLoaded = false });
        models.RequireFamily();
        models.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => VampAsync(models));
    }

    private static Task<VampResult> VampAsync(VampNetModels models) =>
        new VampNetPipeline(models).VampAsync(Clip, Options, cancellationToken: TestContext.Current.CancellationToken);

    private static string Loaded(VampNetModels models) =>
        string.Join(
            ' ',
            new[]
            {
                (models.Encoder.IsLoaded, "encoder"),
                (models.Coarse.IsLoaded, "coarse"),
                (models.Fine.IsLoaded, "fine"),
                (models.Decoder.IsLoaded, "decoder"),
            }
                .Where(model => model.IsLoaded)
                .Select(model => model.Item2)
        );

    private sealed class Reports(Action<VampProgress> report) : IProgress<VampProgress>
    {
        public void Report(VampProgress value) => report(value);
    }
}
