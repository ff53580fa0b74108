using System.Net;
using System.Text.Json;
using VampNet.LoadTest;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Server.Tests;

public sealed class VampServerTests(ExportedModels exported)
{
    /// <summary>Settings that keep the smallest models busy for many seconds.</summary>
    private const string Long = """{"steps": 512, "feedback_steps": 16, "batch": 16}""";

    [Fact]
    public async Task Post_Recording_GivesWhatTheRuntimeGives()
    {
        await using RunningServer server = await StartAsync();

        string id = await server.BeginAsync("""{"steps": 2, "seed": 5, "batch": 2, "preset": "large variation", "periodic_prompt": 9}""");
        JsonElement[] events = await server.WatchAsync(id);
        byte[] wave = await server.Client.GetByteArrayAsync(
            new Uri($"/vamp/{id}/result?variation=2", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal("done", events[^1].GetProperty("state").GetString());
        Assert.Equal(2, events[^1].GetProperty("variations").GetInt32());
        VampOptions options = new VampSettings
        {
            Steps = 2,
            Seed = 5,
            Batch = 2,
            Preset = "large variation",
            PeriodicPrompt = 9,
        }.ToOptions();
        Assert.Equal((9, 0.2), (options.Mask.PeriodicPrompt, options.Mask.Dropout));
        VampResult expected = await new VampNetPipeline(exported.Models).VampAsync(
            AudioFile.Read(RunningServer.Sound(), "in"),
            options,
            cancellationToken: TestContext.Current.CancellationToken
        );
        using var stream = new MemoryStream();
        WavWriter.Write(stream, expected.Audio[1], WavEncoding.Pcm24);
        Assert.Equal(stream.ToArray(), wave);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public async Task Post_SameRecordingWithOtherSettings_GivesWhatTheRuntimeGives(long codeCacheBytes)
    {
        await using RunningServer server = await StartAsync(new ServerOptions { CodeCacheBytes = codeCacheBytes });

        foreach (ulong seed in (ulong[])[5, 6, 5])
        {
            string id = await server.BeginAsync($$"""{"steps": 2, "seed": {{seed}}}""");
            await server.WatchAsync(id);
            byte[] wave = await server.Client.GetByteArrayAsync(
                new Uri($"/vamp/{id}/result", UriKind.Relative),
                TestContext.Current.CancellationToken
            );

            VampResult expected = await new VampNetPipeline(exported.Models).VampAsync(
                AudioFile.Read(RunningServer.Sound(), "in"),
                new VampSettings { Steps = 2, Seed = seed }.ToOptions(),
                cancellationToken: TestContext.Current.CancellationToken
            );
            using var stream = new MemoryStream();
            WavWriter.Write(stream, expected.Audio[0], WavEncoding.Pcm24);
            Assert.Equal(stream.ToArray(), wave);
        }
    }

    [Fact]
    public async Task Post_ChunkLengths_AreTheRequestsOrElseTheServers()
    {
        VampOptions defaults = new() { CoarseChunkSeconds = 0.2, FineChunkSeconds = 0.15 };
        await using RunningServer server = await StartAsync(new ServerOptions { DefaultVamp = defaults });

        string id = await server.BeginAsync("""{"steps": 1, "seed": 5, "fine_chunk": 0.1}""");
        await server.WatchAsync(id);
        byte[] wave = await server.Client.GetByteArrayAsync(
            new Uri($"/vamp/{id}/result", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        VampOptions options = new VampSettings
        {
            Steps = 1,
            Seed = 5,
            FineChunk = 0.1,
        }.ToOptions(defaults);
        Assert.Equal((0.2, 0.1), (options.CoarseChunkSeconds, options.FineChunkSeconds));
        VampResult expected = await new VampNetPipeline(exported.Models).VampAsync(
            AudioFile.Read(RunningServer.Sound(), "in"),
            options,
            cancellationToken: TestContext.Current.CancellationToken
        );
        using var stream = new MemoryStream();
        WavWriter.Write(stream, expected.Audio[0], WavEncoding.Pcm24);
        Assert.Equal(stream.ToArray(), wave);
    }

    [Theory]
    [InlineData("""{"coarse_chunk": 0}""", "VNS0003")]
    [InlineData("""{"fine_chunk": 601}""", "VNS0003")]
    [InlineData("""{"steps": 0}""", "VNS0003")]
    [InlineData("""{"stepz": 2}""", "VNS0003")]
    [InlineData("""{"steps": "two"}""", "VNS0003")]
    [InlineData("no json", "VNS0003")]
    [InlineData("""{"preset": "huge"}""", "VNS0003")]
    [InlineData("""{"batch": 17}""", "VNS0003")]
    [InlineData("""{"dropout": 2}""", "VNS0003")]
    [InlineData("""{"pitch_shift": 13}""", "VNS0003")]
    public async Task Post_SettingsOutOfRange_AreRefusedAtOnce(string settings, string id)
    {
        await using RunningServer server = await StartAsync();

        using HttpResponseMessage answer = await server.PostAsync(RunningServer.Sound(), settings);

        await RefusedAsync(HttpStatusCode.BadRequest, id, answer);
    }

    [Fact]
    public async Task Post_NoAudio_IsRefusedWithTheReadersId()
    {
        await using RunningServer server = await StartAsync();

        using HttpResponseMessage other = await server.PostAsync([1, 2, 3]),
            cut = await server.PostAsync(RunningServer.Sound()[..400]);

        await RefusedAsync(HttpStatusCode.BadRequest, "VNR0107", other);
        await RefusedAsync(HttpStatusCode.BadRequest, "VNR0102", cut);
    }

    [Fact]
    public async Task Post_BeyondTheBounds_IsRefused()
    {
        await using RunningServer server = await StartAsync(new ServerOptions { BodyLimit = 20_000, LongestSeconds = 0.2 });

        using HttpResponseMessage longer = await server.PostAsync(RunningServer.Sound(0.3)),
            larger = await server.PostAsync(RunningServer.Sound(2));

        await RefusedAsync(HttpStatusCode.BadRequest, "VNS0006", longer);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, larger.StatusCode);
    }

    [Fact]
    public async Task Post_FullQueue_IsRefusedAndTakenLater()
    {
        await using RunningServer server = await StartAsync(new ServerOptions { QueueLength = 1 });
        string running = await server.BeginAsync(Long);
        while (await StateAsync(server, running) == "queued")
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        string waiting = await server.BeginAsync();
        using HttpResponseMessage refused = await server.PostAsync(RunningServer.Sound());
        await server.Client.DeleteAsync(new Uri($"/vamp/{running}", UriKind.Relative), TestContext.Current.CancellationToken);

        await RefusedAsync(HttpStatusCode.TooManyRequests, "VNS0004", refused);
        Assert.Equal("cancelled", (await server.WatchAsync(running))[^1].GetProperty("state").GetString());
        Assert.Equal("done", (await server.WatchAsync(waiting))[^1].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Delete_WaitingRequest_IsNeverComputed()
    {
        await using RunningServer server = await StartAsync();
        string first = await server.BeginAsync(Long),
            second = await server.BeginAsync();

        await server.Client.DeleteAsync(new Uri($"/vamp/{second}", UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement[] events = await server.WatchAsync(second);
        using HttpResponseMessage result = await server.Client.GetAsync(
            new Uri($"/vamp/{second}/result", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        await server.Client.DeleteAsync(new Uri($"/vamp/{first}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(["cancelled"], events.Select(status => status.GetProperty("state").GetString()));
        await RefusedAsync(HttpStatusCode.Conflict, "VNS0010", result);
    }

    [Fact]
    public async Task Post_PartOutsideTheRecording_FailsWithTheReason()
    {
        await using RunningServer server = await StartAsync();

        JsonElement[] events = await server.WatchAsync(await server.BeginAsync("""{"end": 9}"""));

        Assert.Equal("failed", events[^1].GetProperty("state").GetString());
        Assert.StartsWith("VNR0115: ", events[^1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OldestOfMoreThanAreKept_IsGone()
    {
        await using RunningServer server = await StartAsync(new ServerOptions { KeptResults = 1 });
        string first = await server.BeginAsync();
        await server.WatchAsync(first);
        await server.WatchAsync(await server.BeginAsync());
        await server.WatchAsync(await server.BeginAsync());

        using HttpResponseMessage answer = await server.Client.GetAsync(
            new Uri($"/vamp/{first}", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        await RefusedAsync(HttpStatusCode.NotFound, "VNS0009", answer);
    }

    [Fact]
    public async Task Start_OpenAddress_NeedsAToken()
    {
        ServerException error = await Assert.ThrowsAsync<ServerException>(() => StartAsync(new ServerOptions { Address = IPAddress.Any }));
        Assert.Equal("VNS0001", error.Id);

        await using RunningServer server = await StartAsync(new ServerOptions { Address = IPAddress.Any, Token = "a secret" });
        using var stranger = new HttpClient();
        using HttpResponseMessage refused = await stranger.GetAsync(
            new Uri($"http://127.0.0.1:{server.Server.Address.Port}/presets"),
            TestContext.Current.CancellationToken
        );
        stranger.DefaultRequestHeaders.Add("Authorization", "Bearer a secret");
        using HttpResponseMessage taken = await stranger.GetAsync(
            new Uri($"http://127.0.0.1:{server.Server.Address.Port}/presets"),
            TestContext.Current.CancellationToken
        );

        await RefusedAsync(HttpStatusCode.Unauthorized, "VNS0007", refused);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    public async Task Get_FromAnotherSite_IsRefused(string header, string value)
    {
        await using RunningServer server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/presets");
        request.Headers.TryAddWithoutValidation(header, value);

        using HttpResponseMessage answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await RefusedAsync(HttpStatusCode.Forbidden, "VNS0008", answer);
    }

    [Fact]
    public async Task Start_TakenPort_IsRefused()
    {
        await using RunningServer server = await StartAsync();

        ServerException error = await Assert.ThrowsAsync<ServerException>(() =>
            VampServer.StartAsync(
                exported.Models,
                new ServerOptions { Port = server.Server.Address.Port, OscReceivePort = null },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("VNS0002", error.Id);
    }

    [Fact]
    public async Task Dispose_WhileRequestsRunAndWait_TellsTheirClients()
    {
        RunningServer server = await StartAsync();
        string running = await server.BeginAsync(Long),
            waiting = await server.BeginAsync();
        Task<JsonElement[]> first = server.WatchAsync(running),
            second = server.WatchAsync(waiting);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        await server.DisposeAsync();

        Assert.Equal("cancelled", (await first)[^1].GetProperty("state").GetString());
        Assert.Equal("cancelled", (await second)[^1].GetProperty("state").GetString());
    }

    [Fact]
    public async Task OpenApi_Page_NamesEveryRoute()
    {
        await using RunningServer server = await StartAsync();

        using JsonDocument page = JsonDocument.Parse(
            await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken)
        );

        Assert.Equal(
            ["/presets", "/vamp", "/vamp/{id}", "/vamp/{id}/events", "/vamp/{id}/result"],
            page.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Load_ManyRequestsWithCancellations_LosesNone()
    {
        await using RunningServer server = await StartAsync(new ServerOptions { QueueLength = 3, KeptResults = 8 });

        LoadResult result = await new LoadRun(server.Server.Address, RunningServer.Sound(0.3), """{"steps": 3}""").RunAsync(
            60,
            8,
            TestContext.Current.CancellationToken
        );

        Assert.Empty(result.Lost);
        // One of five is cancelled, unless it is done before it can be.
        Assert.InRange(result.Done, 48, 60);
        Assert.Equal(60, result.Done + result.Cancelled);
    }

    private static async Task<string> StateAsync(RunningServer server, string id)
    {
        using JsonDocument status = JsonDocument.Parse(
            await server.Client.GetStringAsync(new Uri($"/vamp/{id}", UriKind.Relative), TestContext.Current.CancellationToken)
        );
        return status.RootElement.GetProperty("state").GetString()!;
    }

    private static async Task RefusedAsync(HttpStatusCode status, string id, HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Contains($"\"detail\":\"{id}: ", text, StringComparison.Ordinal);
    }

    private Task<RunningServer> StartAsync(ServerOptions? options = null) => RunningServer.StartAsync(exported.Models, options);
}
