using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VampNet.Export;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

[assembly: AssemblyFixture(typeof(VampNet.Server.Tests.ExportedModels))]

namespace VampNet.Server.Tests;

/// <summary>The smallest golden models, exported and loaded once.</summary>
public sealed class ExportedModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-server-");

    public ExportedModels()
    {
        ExportRun.Run(ExportRequest.FromFolder(Golden.Path("micro"), _folder.FullName + "/micro"));
        Models = VampNetModels.Open(_folder.FullName + "/micro");
    }

    public VampNetModels Models { get; }

    public void Dispose()
    {
        Models.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A server on a free port, and a client of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(VampServer server, string? token)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address };
        // A refusal comes before the body is sent, and is not lost behind a broken connection.
        Client.DefaultRequestHeaders.ExpectContinue = true;
        Client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    public VampServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<RunningServer> StartAsync(VampNetModels models, ServerOptions? options = null)
    {
        options ??= new ServerOptions();
        if (options.OscReceivePort == 8001)
        {
            options = options with { OscReceivePort = null };
        }

        return new RunningServer(
            await VampServer.StartAsync(models, options with { Port = 0 }, TestContext.Current.CancellationToken),
            options.Token
        );
    }

    public static byte[] Sound(double seconds = 0.5)
    {
        float[] samples = [.. Enumerable.Range(0, (int)(seconds * 22050)).Select(i => 0.3f * MathF.Sin(i * 0.08f))];
        using var stream = new MemoryStream();
        WavWriter.Write(stream, new AudioClip(22050, [samples]), WavEncoding.Pcm16);
        return stream.ToArray();
    }

    public async Task<HttpResponseMessage> PostAsync(byte[] audio, string settings = """{"steps": 2}""")
    {
        using var body = new MultipartFormDataContent
        {
            { new ByteArrayContent(audio), "audio", "in.wav" },
            { new StringContent(settings), "settings" },
        };
        return await Client.PostAsync(new Uri("/vamp", UriKind.Relative), body, TestContext.Current.CancellationToken);
    }

    public async Task<string> BeginAsync(string settings = """{"steps": 2}""")
    {
        using HttpResponseMessage answer = await PostAsync(Sound(), settings);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        JsonElement status = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal($"/vamp/{status.GetProperty("id").GetString()}", answer.Headers.Location!.ToString());
        return status.GetProperty("id").GetString()!;
    }

    /// <summary>All events of a request, to its end.</summary>
    public async Task<JsonElement[]> WatchAsync(string id)
    {
        string events = await Client.GetStringAsync(new Uri($"/vamp/{id}/events", UriKind.Relative), TestContext.Current.CancellationToken);
        return
        [
            .. events
                .Split('\n')
                .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
                .Select(line => JsonDocument.Parse(line[5..]).RootElement),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Client.Dispose();
    }
}
