using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using VampNet.Runtime.Audio;

namespace VampNet.LoadTest;

/// <summary>Time that a warm server takes from a request's first byte to the event of its first coarse step: the first tokens it
/// chose.</summary>
/// <param name="server">Address of the HTTP server.</param>
/// <param name="recording">The recording that all requests send, as WAVE of 16 bits.</param>
/// <param name="settings">Their settings, JSON.</param>
public sealed class FirstStep(Uri server, AudioClip recording, string settings)
{
    // So many requests until the runtime has compiled all code that they share in its last form.
    private const int WarmUps = 10;

    private const float SampleStep = 1f / 32768;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private int _changes;

    /// <summary>Sends one request after another. Each is cancelled after its first step; the next follows after a pause.</summary>
    /// <param name="requests">Number of timed requests; ten more before them warm the server up.</param>
    /// <param name="isNew">Whether each sends a recording that the server has not had: its first sample differs.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>The times of each, in order.</returns>
    public async Task<IReadOnlyList<FirstStepTimes>> RunAsync(int requests, bool isNew, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        List<FirstStepTimes> times = [];
        byte[] audio = ToWave();
        for (int i = 0; i < WarmUps + requests; i++)
        {
            audio = isNew ? ToWave() : audio;
            FirstStepTimes time = await TimeAsync(client, audio, cancellationToken).ConfigureAwait(false);
            if (i >= WarmUps)
            {
                times.Add(time);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return times;
    }

    private byte[] ToWave()
    {
        float[][] channels = [.. recording.Channels.Select(channel => (float[])[.. channel])];
        channels[0][0] = ++_changes * SampleStep;
        using var stream = new MemoryStream();
        WavWriter.Write(stream, new AudioClip(recording.SampleRate, channels), WavEncoding.Pcm16);
        return stream.ToArray();
    }

    private async Task<FirstStepTimes> TimeAsync(HttpClient client, byte[] audio, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var body = new MultipartFormDataContent
        {
            { new ByteArrayContent(audio), "audio", "in.wav" },
            { new StringContent(settings), "settings" },
        };
        using HttpResponseMessage answer = await client
            .PostAsync(new Uri("/vamp", UriKind.Relative), body, cancellationToken)
            .ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        JsonElement job = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        double accepted = watch.Elapsed.TotalMilliseconds;
        Uri request = new($"/vamp/{job.GetProperty("id").GetString()}", UriKind.Relative);
        using Stream events = await client
            .GetStreamAsync(new Uri($"{request}/events", UriKind.Relative), cancellationToken)
            .ConfigureAwait(false);
        using var reader = new StreamReader(events);
        double? encoded = null;
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                continue;
            }

            using JsonDocument status = JsonDocument.Parse(line[5..]);
            string? stage = status.RootElement.GetProperty("stage").GetString();
            double fraction = status.RootElement.GetProperty("fraction").GetDouble(),
                now = watch.Elapsed.TotalMilliseconds;
            encoded ??= stage is not null && (stage != "encode" || fraction == 1) ? now : null;
            if (stage is "fine" or "decode" || (stage == "coarse" && fraction > 0))
            {
                using HttpResponseMessage cancelled = await client.DeleteAsync(request, cancellationToken).ConfigureAwait(false);
                return new FirstStepTimes(accepted, encoded!.Value, now);
            }
        }

        throw new InvalidOperationException($"The request {request} ended without a coarse step.");
    }
}
