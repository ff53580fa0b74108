using System.Net;
using System.Net.Sockets;
using VampNet.Files;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Server.Osc;

/// <summary>
/// Serves upstream's Max patch (unloop) over UDP at the loopback address: <c>/heartbeat</c> is answered with <c>pong</c>, <c>/process</c>
/// with <c>/progress</c> and then <c>/process-result</c> and the files, or <c>/error</c>; <c>/cleanup</c> removes a result's file.
/// </summary>
internal sealed class OscListener : IAsyncDisposable
{
    private readonly UdpClient _receiver;
    private readonly UdpClient _sender = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly IPEndPoint _target;
    private readonly VampQueue _queue;
    private readonly ServerOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _answers = [];
    private readonly TemporaryFolder _folder = new();
    private readonly Task _receiving;

    /// <exception cref="ServerException">VNS0002: the port is taken.</exception>
    public OscListener(VampQueue queue, ServerOptions options, int port)
    {
        (_queue, _options) = (queue, options);
        _target = new IPEndPoint(IPAddress.Loopback, options.OscSendPort);
        try
        {
            _receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException problem)
        {
            _sender.Dispose();
            _folder.Dispose();
            throw new ServerException(
                ServerErrorIds.PortTaken,
                found: $"the UDP port {port} in use ({problem.Message})",
                expected: "a free port for OSC",
                advice: "Choose another, or go without OSC",
                cause: problem
            );
        }

        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>The port that messages are received on.</summary>
    public int Port => ((IPEndPoint)_receiver.Client.LocalEndPoint!).Port;

    /// <summary>Stops listening, waits for the answers under way, and removes the results' files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        Task[] answers;
        lock (_lock)
        {
            answers = [.. _answers];
        }

        await Task.WhenAll(answers).ConfigureAwait(false);
        _receiver.Dispose();
        _sender.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task ReceiveAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                UdpReceiveResult packet = await _receiver.ReceiveAsync(_stop.Token).ConfigureAwait(false);
                foreach (OscMessage message in OscMessage.Parse(packet.Buffer))
                {
                    Handle(message);
                }
            }
            catch (FormatException problem)
            {
                Send("/error", $"Found {problem.Message}. Expected an OSC message.");
            }
            catch (SocketException)
            {
                // A closed patch causes a "port unreachable" error. Others may still send.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Handle(OscMessage message)
    {
        switch (message.Address)
        {
            case "/heartbeat":
                Send("/heartbeat", "pong");
                break;
            case "/process":
                Start(message);
                break;
            case "/cleanup":
                Remove(message.Text(0));
                break;
            default:
                Send("/log", $"Found the address {message.Address}, which is not served.");
                break;
        }
    }

    private void Start(OscMessage message)
    {
        // Time-ordered identifiers end in random bits.
        ulong random = BitConverter.ToUInt64(Guid.CreateVersion7().ToByteArray(), 8);
        UnloopRequest request = UnloopRequest.Parse(message, random);
        Task answer = Task.Run(() => AnswerAsync(request));
        lock (_lock)
        {
            _answers.Add(answer);
        }

        _ = answer.ContinueWith(
            done =>
            {
                lock (_lock)
                {
                    _answers.Remove(done);
                }
            },
            TaskScheduler.Default
        );
    }

    private async Task AnswerAsync(UnloopRequest request)
    {
        try
        {
            AudioClip clip = await AudioFile.ReadAsync(request.AudioPath, cancellationToken: _stop.Token).ConfigureAwait(false);
            VampServer.RequireLength(clip, _options);
            bool isPart = request.LoopSeconds > 0 && request.LoopSeconds < clip.Duration.TotalSeconds;
            VampSettings settings = request.Settings with { End = isPart ? request.LoopSeconds : null };
            VampJob job = _queue.Add(clip, settings.ToOptions(_options.DefaultVamp));
            await foreach (JobStatus status in job.WatchAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (!status.IsFinal)
                {
                    Send("/progress", request.Query, status.State.ToString().ToUpperInvariant());
                }
            }

            await FinishAsync(request, job).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is RuntimeException or ServerException or IOException or UnauthorizedAccessException)
        {
            Send("/error", problem.Message);
        }
        catch (OperationCanceledException)
        {
            Send("/error", "The server stops.");
        }
    }

    private async Task FinishAsync(UnloopRequest request, VampJob job)
    {
        if (job.Status.State != JobState.Done)
        {
            Send("/error", job.Status.Error ?? "The request was cancelled.");
            return;
        }

        List<object?> arguments = [request.Query];
        for (int variation = 1; job.Result(variation) is { } wave; variation++)
        {
            string path = _folder.At($"{job.Id}-{variation}.wav");
            await File.WriteAllBytesAsync(path, wave, CancellationToken.None).ConfigureAwait(false);
            arguments.Add(path);
        }

        Send("/process-result", [.. arguments]);
    }

    // Removes only files that this listener has written: a message must not remove anything else.
    private void Remove(string path)
    {
        if (Path.GetFullPath(path) is { } full && Path.GetDirectoryName(full) == _folder.Path)
        {
            File.Delete(full);
        }
    }

    private void Send(string address, params object?[] arguments)
    {
        byte[] packet = new OscMessage(
            address,
            [.. arguments.Select(argument => argument is int or float or string ? argument : Convert.ToString(argument, null) ?? "")]
        ).ToBytes();
        try
        {
            _sender.Send(packet, packet.Length, _target);
        }
        catch (SocketException)
        {
            // Nobody listens there at present.
        }
    }
}
