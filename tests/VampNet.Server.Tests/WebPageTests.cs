using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VampNet.TestSupport;

namespace VampNet.Server.Tests;

public sealed class WebPageTests(ExportedModels exported) : IDisposable
{
    private readonly DirectoryInfo _page = Directory.CreateTempSubdirectory("vampnet-page-");

    [Fact]
    public async Task Start_WithAPage_ServesItIsolatedBesideTheRest()
    {
        WritePage();
        await using RunningServer server = await RunningServer.StartAsync(
            exported.Models,
            new ServerOptions { WebFolder = _page.FullName, Token = "a secret" }
        );

        await ExpectPageAsync(server.Client.BaseAddress!);

        using JsonDocument facts = JsonDocument.Parse(
            await server.Client.GetStringAsync(new Uri("/server.json", UriKind.Relative), TestContext.Current.CancellationToken)
        );
        Assert.True(facts.RootElement.GetProperty("compute").GetBoolean());
        Assert.True(facts.RootElement.GetProperty("token").GetBoolean());
        using HttpResponseMessage presets = await server.Client.GetAsync(
            new Uri("/presets", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, presets.StatusCode);
        using var stranger = new HttpClient { BaseAddress = server.Client.BaseAddress };
        using HttpResponseMessage refused = await stranger.GetAsync(
            new Uri("/presets", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Start_FolderWithoutAPage_IsRefused()
    {
        ServerException error = await Assert.ThrowsAsync<ServerException>(() =>
            RunningServer.StartAsync(exported.Models, new ServerOptions { WebFolder = _page.FullName })
        );

        Assert.Equal("VNS0011", error.Id);
        Assert.Contains(_page.FullName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nginx_WithTheExampleConfiguration_ServesThePageIsolated()
    {
        string? nginx = new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(nginx is null, "no nginx on this machine");
        WritePage();
        int port = FreePort();
        string example = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "deploy/static/vampnet.conf"))
            .Replace("listen 8080", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("/srv/vampnet", _page.FullName, StringComparison.Ordinal);
        string folder = Directory.CreateDirectory(Path.Combine(_page.FullName, "nginx")).FullName;
        string configuration = Path.Combine(folder, "nginx.conf");
        string temporary = string.Join(
            ' ',
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder}/{kind};")
        );
        File.WriteAllText(
            configuration,
            $"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary} "
                + $"{example} }}"
        );
        using Process process = Process.Start(
            new ProcessStartInfo(nginx!, ["-p", folder, "-c", configuration]) { RedirectStandardError = true }
        )!;
        try
        {
            await ExpectPageAsync(new Uri($"http://127.0.0.1:{port}"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _page.Delete(recursive: true);

    private static async Task ExpectPageAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        foreach (
            (string path, string type) in new[]
            {
                ("/", "text/html"),
                ("/assets/ort.mjs", "text/javascript"),
                ("/assets/ort.wasm", "application/wasm"),
                ("/models/coarse.onnx.data", "application/octet-stream"),
            }
        )
        {
            using HttpResponseMessage answer = await GetAsync(client, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Opener-Policy"));
            Assert.Equal(["require-corp"], answer.Headers.GetValues("Cross-Origin-Embedder-Policy"));
        }
    }

    // A server that has just been started may not listen yet.
    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WritePage()
    {
        Directory.CreateDirectory(Path.Combine(_page.FullName, "assets"));
        Directory.CreateDirectory(Path.Combine(_page.FullName, "models"));
        foreach (string file in (string[])["index.html", "assets/ort.mjs", "assets/ort.wasm", "models/coarse.onnx.data"])
        {
            File.WriteAllText(Path.Combine(_page.FullName, file), file);
        }
    }
}
