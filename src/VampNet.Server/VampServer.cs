using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;
using VampNet.Server.Osc;

namespace VampNet.Server;

/// <summary>Vamps over HTTP and OSC, for programs such as players and patches. One set of models serves all requests, one after the
/// other.</summary>
public sealed class VampServer : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly VampQueue _queue;
    private readonly OscListener? _osc;

    private VampServer(WebApplication application, VampQueue queue, OscListener? osc) =>
        (_application, _queue, _osc) = (application, queue, osc);

    /// <summary>Address of the HTTP server, such as <c>http://127.0.0.1:8000</c>.</summary>
    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The UDP port that OSC is taken on; null without OSC.</summary>
    public int? OscPort => _osc?.Port;

    /// <summary>Loads the models and starts to serve.</summary>
    /// <param name="models">The models, which the server does not own.</param>
    /// <param name="options">Address, port and token of the server.</param>
    /// <param name="cancellationToken">Ends the start early; not the server.</param>
    /// <exception cref="ServerException">VNS0001: an open address without a token. VNS0002: a port is taken.
    /// VNS0011: no page in its folder.</exception>
    /// <exception cref="Runtime.RuntimeException">VNR0301 to VNR0306: a model cannot be loaded, or they do not belong together.</exception>
    public static async Task<VampServer> StartAsync(
        VampNetModels models,
        ServerOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        models.RequireFamily();
        var queue = new VampQueue(models, options);
        OscListener? osc = null;
        WebApplication application = Build(options, queue);
        try
        {
            osc = options.OscReceivePort is { } port ? new OscListener(queue, options, port) : null;
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            return new VampServer(application, queue, osc);
        }
        catch (Exception problem)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            if (osc is not null)
            {
                await osc.DisposeAsync().ConfigureAwait(false);
            }

            await queue.DisposeAsync().ConfigureAwait(false);
            if (problem is IOException)
            {
                throw new ServerException(
                    ServerErrorIds.PortTaken,
                    found: $"the port {options.Port} of {options.Address} in use ({problem.Message})",
                    expected: "a free port",
                    advice: "Choose another port",
                    cause: problem
                );
            }

            throw;
        }
    }

    /// <summary>Cancels all requests, notifies their clients, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync().ConfigureAwait(false);
        if (_osc is not null)
        {
            await _osc.DisposeAsync().ConfigureAwait(false);
        }

        using var patience = new CancellationTokenSource(TimeToStop);
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Refuses a recording that is longer than the server takes.</summary>
    /// <exception cref="ServerException">VNS0006: it is.</exception>
    internal static void RequireLength(AudioClip clip, ServerOptions options)
    {
        if (clip.Duration.TotalSeconds > options.LongestSeconds)
        {
            throw new ServerException(
                ServerErrorIds.RecordingTooLong,
                found: $"a recording of {clip.Duration.TotalSeconds:0.#} s",
                expected: $"at most {options.LongestSeconds:0.#} s",
                advice: "Send a part of it"
            );
        }
    }

    private static WebApplication Build(ServerOptions options, VampQueue queue)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port);
            kestrel.Limits.MaxRequestBodySize = options.BodyLimit;
            kestrel.AddServerHeader = false;
        });
        // The program that runs the server decides when it stops.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(form =>
            form.MultipartBodyLengthLimit = options.BodyLimit
        );
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });
        builder.Services.AddOpenApi();
        WebApplication application = builder.Build();
        if (options.WebFolder is { } folder)
        {
            WebPage.Use(application, folder, options.Token is not null);
        }

        application.Use(new RequestGuard(options).GuardAsync);
        application.MapOpenApi();
        VampEndpoints.Map(application, queue, options);
        return application;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
