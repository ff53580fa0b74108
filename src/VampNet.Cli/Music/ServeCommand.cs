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

    private readonly ModelOptionSet _models = new();
    private readonly Option<int> _port = Number("--port", Defaults.Port, 0, LargestPort, "The HTTP port; 0 for a free one.");
    private readonly Option<string> _address = new("--address")
    {
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Defaults.Address.ToString(),
        Description = "The address to listen on. One other than loopback needs --token-file.",
    };
    private readonly Option<FileInfo> _token = new("--token-file")
    {
        HelpName = "FILE",
        Description = "Ask clients for the token in this file: Authorization: Bearer TOKEN.",
    };
    private readonly Option<int> _queue = Number("--queue", Defaults.QueueLength, 1, 10_000, "Requests that may wait; more are refused.");
    private readonly Option<int> _bodyMegabytes = Number(
        "--body-limit",
        (int)(Defaults.BodyLimit >> 20),
        1,
        2000,
        "The most megabytes of one request."
    );
    private readonly Option<bool> _noOsc = new("--no-osc") { Description = "Serve HTTP alone." };
    private readonly Option<int> _oscReceive = Number(
        "--osc-receive",
        Defaults.OscReceivePort!.Value,
        0,
        LargestPort,
        "The UDP port to take OSC on, at loopback."
    );
    private readonly Option<int> _oscSend = Number(
        "--osc-send",
        Defaults.OscSendPort,
        1,
        LargestPort,
        "The UDP port that OSC answers go to, at loopback."
    );

    public ServeCommand(Terminal terminal)
        : base(
            terminal,
            "serve",
            "Vamps for other programs, over HTTP and OSC, until it is stopped. The models are loaded once.",
            "vampnet serve --models models/demo --port 8000",
            "curl -F audio=@in.wav -F 'settings={\"preset\": \"small variation\"}' http://127.0.0.1:8000/vamp"
        )
    {
        _address.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError($"Option {_address.Name} takes an IP address, such as 127.0.0.1.");
            }
        });
        _models.AddTo(this);
        foreach (Option option in (Option[])[_port, _address, _token, _queue, _bodyMegabytes, _noOsc, _oscReceive, _oscSend])
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
            OscReceivePort = arguments.GetValue(_noOsc) ? null : arguments.GetValue(_oscReceive),
            OscSendPort = arguments.GetValue(_oscSend),
        };
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
        File.ReadAllText(file.FullName).Trim() is { Length: > 0 } token
            ? token
            : throw new CommandException(
                "VNL0010",
                $"Found no token in {file.FullName}.\nExpected one line of text. Write a long random one."
            );

    private static Option<int> Number(string name, int byDefault, int least, int most, string description)
    {
        var option = new Option<int>(name)
        {
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
            Description = description,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
            {
                result.AddError($"Option {name} takes {least} to {most}.");
            }
        });
        return option;
    }
}
