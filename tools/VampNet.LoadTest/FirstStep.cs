using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace VampNet.LoadTest;

/// <summary>Time that a warm server takes from a request's first byte to the event of its first coarse step: the first tokens it
/// chose.</summary>
/// <param name="server">Address of the HTTP server.</param>
/// <param name="audio">The recording that all requests send.</param>
/// <param name="settings">Their settings, JSON.</param>
public sealed class FirstStep(Uri server, byte[] audio, string settings)
{
    /// <summary>Sends one request after another, each when the last has ended.</summary>
    /// <param name="requests">Number of timed requests; one more before them warms the server up.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>The time of each, in milliseconds, in order.</returns>
    public async Task<IReadOnlyList<double>> RunAsync(int requests, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        List<double> times = [];
        for (int i = 0; i <= requests; i++)
        {
            double time = await TimeAsync(client, cancellationToken).ConfigureAwait(false);
            if (i > 0)
            {
                times.Add(time);
            }
        }

        return times;
    }

    private async Task<double> TimeAsync(HttpClient client, CancellationToken cancellationToken)
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
        string id = job.GetProperty("id").GetString()!;
        using Stream events = await client
            .GetStreamAsync(new Uri($"/vamp/{id}/events", UriKind.Relative), cancellationToken)
            .ConfigureAwait(false);
        using var reader = new StreamReader(events);
        double? first = null;
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                continue;
            }

            using JsonDocument status = JsonDocument.Parse(line[5..]);
            string? stage = status.RootElement.GetProperty("stage").GetString();
            bool hasStep = stage == "coarse" && status.RootElement.GetProperty("fraction").GetDouble() > 0;
            if (first is null && (hasStep || stage is "fine" or "decode"))
            {
                first = watch.Elapsed.TotalMilliseconds;
            }
        }

        return first ?? throw new InvalidOperationException($"Request {id} ended without a coarse step.");
    }
}
