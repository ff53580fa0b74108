using System.CommandLine;
using System.Net;
using VampNet.Runtime.Models;
using VampNet.Server;

namespace VampNet.Cli.Music;

/// <summary><c>vampnet serve</c>: vamps for other programs, over HTTP and OSC.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private const int LargestPort = 65535;

    private static readonly ServerOptions Defaults = new();

    private readonly ModelOptionSet _models;
    private readonly Option<int> _port = NumberOption.Whole(
        "--port",
        0,
        LargestPort,
        Defaults.Port,
        "Listen for HTTP on port N, 0 to 65535; 0 takes a free port."
    );
    private readonly Option<string> _address = new("--address")
    {
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Defaults.Address.ToString(),
        Description = "Listen on this IP address. Addresses other than loopback need --token-file.",
    };
    private readonly Option<FileInfo> _token = new("--token-file")
    {
        HelpName = "FILE",
        Description = "Require the token in this file from clients: Authorization: Bearer TOKEN.",
    };
    private readonly Option<int> _queue = NumberOption.Whole(
        "--queue",
        1,
        10_000,
        Defaults.QueueLength,
        "Let at most N requests wait, 1 to 10000; more are refused."
    );
    private readonly Option<int> _bodyMegabytes = NumberOption.Whole(
        "--body-limit",
        1,
        2000,
        (int)(Defaults.BodyLimit >> 20),
        "Accept requests of at most N megabytes, 1 to 2000."
    );
    private readonly Option<int> _codeCacheMegabytes = NumberOption.Whole(
        "--code-cache",
        0,
        10_000,
        (int)(Defaults.CodeCacheBytes >> 20),
        "Keep the codes of the last recordings in at most N megabytes, 0 to 10000, and do not encode these again; 0 for none."
    );
    private readonly ChunkOptions _chunks = new();
    private readonly Option<bool> _noOsc = new("--no-osc") { Description = "Serve HTTP only." };
    private readonly Option<DirectoryInfo> _web = new("--web")
    {
        HelpName = "DIR",
        Description = "Also serve the page that vamps in a browser from DIR, such as web/dist, which ./build.sh web makes.",
    };
    private readonly Option<int> _oscReceive = NumberOption.Whole(
        "--osc-receive",
        0,
        LargestPort,
        Defaults.OscReceivePort!.Value,
        "Receive OSC on UDP port N at loopback, 0 to 65535; 0 takes a free port."
    );
    private readonly Option<int> _oscSend = NumberOption.Whole(
        "--osc-send",
        1,
        LargestPort,
        Defaults.OscSendPort,
        "Send OSC answers to UDP port N at loopback, 1 to 65535."
    );

    /// <summary>Description of the command.</summary>
    public static string Summary => "Vamps for other programs, over HTTP and OSC, until it is stopped. The models are loaded once.";

    public ServeCommand(Terminal terminal)
        : base(
            terminal,
            "serve",
            Summary,
            "vampnet serve --models models/demo --port 8000",
            "vampnet serve --models models/demo --web web/dist",
            "curl -F audio=@in.wav -F 'settings={\"preset\": \"small variation\"}' http://127.0.0.1:8000/vamp"
        )
    {
        _address.Validators.Add(result =>
        {
            string? text = result.GetValueOrDefault<string>();
            if (!IPAddress.TryParse(text, out _))
            {
                result.AddError($"Found \"{text}\" for {_address.Name}. Expected an IP address, such as 127.0.0.1.");
            }
        });
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this, generates: true);
        foreach (
            Option option in (Option[])
                [_port, _address, _token, _queue, _bodyMegabytes, _codeCacheMegabytes, _noOsc, _web, _oscReceive, _oscSend, .. _chunks.All]
        )
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ServerOptions options = Defaults with
        {
            Address = IPAddress.Parse(arguments.GetRequiredValue(_address)),
            Port = arguments.GetValue(_port),
            Token = arguments.GetValue(_token) is { } file ? ReadToken(file) : null,
            QueueLength = arguments.GetValue(_queue),
            BodyLimit = (long)arguments.GetValue(_bodyMegabytes) << 20,
            CodeCacheBytes = (long)arguments.GetValue(_codeCacheMegabytes) << 20,
            OscReceivePort = arguments.GetValue(_noOsc) ? null : arguments.GetValue(_oscReceive),
            WebFolder = arguments.GetValue(_web)?.FullName,
            OscSendPort = arguments.GetValue(_oscSend),
            DefaultVamp = _chunks.Read(arguments, Defaults.DefaultVamp, _models.FolderOf(arguments)),
        };
        options.DefaultVamp.Validate();
        using VampNetModels models = _models.Open(arguments);
        await using VampServer server = await VampServer.StartAsync(models, options, cancellationToken).ConfigureAwait(false);
        await Terminal
            .Output.WriteLineAsync($"{server.Address.OriginalString}: HTTP, described at {server.Address.OriginalString}/openapi/v1.json")
            .ConfigureAwait(false);
        if (server.OscPort is { } port)
        {
            await Terminal.Output.WriteLineAsync($"127.0.0.1:{port}: OSC, answered on port {options.OscSendPort}").ConfigureAwait(false);
        }

        await Terminal.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        var stop = new TaskCompletionSource();
        using CancellationTokenRegistration stopping = cancellationToken.Register(stop.SetResult);
        await stop.Task.ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static string ReadToken(FileInfo file) =>
        TextInput.Read(file).Trim() is { Length: > 0 } token
            ? token
            : throw new CommandException(
                CommandErrorIds.TokenMissing,
                found: $"no token in {file.FullName}",
                expected: "one line of text",
                advice: "Write a long random token into it"
            );
}
