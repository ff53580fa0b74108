using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace VampNet.LoadTest;

/// <summary>Sends many requests to a server from several clients at once. Every fifth request is cancelled: at once, or while it
/// runs.</summary>
/// <param name="server">Address of the HTTP server.</param>
/// <param name="audio">The recording that all requests send.</param>
/// <param name="settings">Their settings, JSON; each has a seed of its own besides.</param>
public sealed class LoadRun(Uri server, byte[] audio, string settings)
{
    private const int CancelledOf = 5;
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs until every request has ended.</summary>
    public async Task<LoadResult> RunAsync(int requests, int clients, CancellationToken cancellationToken)
    {
        int next = -1,
            done = 0,
            cancelled = 0,
            ended = 0;
        ConcurrentQueue<string> lost = [];
        ConcurrentQueue<long> memory = [];
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(ClientAsync, cancellationToken))).ConfigureAwait(false);
        return new LoadResult(done, cancelled, [.. lost], [.. memory]);

        async Task ClientAsync()
        {
            using var client = new HttpClient { BaseAddress = server };
            for (int number; (number = Interlocked.Increment(ref next)) < requests; )
            {
                string state = await SendAsync(client, number, cancellationToken).ConfigureAwait(false);
                _ = state switch
                {
                    "done" => Interlocked.Increment(ref done),
                    "cancelled" => Interlocked.Increment(ref cancelled),
                    _ => Add(lost, $"request {number}: {state}"),
                };
                if (Interlocked.Increment(ref ended) % Math.Max(1, requests / 4) == 0)
                {
                    memory.Enqueue(GC.GetTotalMemory(forceFullCollection: true));
                }
            }
        }
    }

    private static int Add(ConcurrentQueue<string> lost, string what)
    {
        lost.Enqueue(what);
        return lost.Count;
    }

    private async Task<string> SendAsync(HttpClient client, int number, CancellationToken cancellationToken)
    {
        string id = await PostAsync(client, number, cancellationToken).ConfigureAwait(false);
        bool cancels = number % CancelledOf == CancelledOf - 1;
        if (cancels && number % 2 == 0)
        {
            await DeleteAsync(client, id, cancellationToken).ConfigureAwait(false);
        }

        string state = await WatchAsync(client, id, cancels, cancellationToken).ConfigureAwait(false);
        if (state != "done")
        {
            return cancels ? state : $"{state} without having been cancelled";
        }

        byte[] wave = await client
            .GetByteArrayAsync(new Uri($"/vamp/{id}/result", UriKind.Relative), cancellationToken)
            .ConfigureAwait(false);
        return wave.AsSpan().StartsWith("RIFF"u8) ? state : "a result that is no WAVE";
    }

    private async Task<string> PostAsync(HttpClient client, int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var body = new MultipartFormDataContent
            {
                { new ByteArrayContent(audio), "audio", "in.wav" },
                { new StringContent($"{settings.TrimEnd().TrimEnd('}')}, \"seed\": {number}}}"), "settings" },
            };
            using HttpResponseMessage answer = await client
                .PostAsync(new Uri("/vamp", UriKind.Relative), body, cancellationToken)
                .ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                answer.EnsureSuccessStatusCode();
                JsonElement status = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
                return status.GetProperty("id").GetString()!;
            }

            await Task.Delay(PauseWhenFull, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> WatchAsync(HttpClient client, string id, bool cancels, CancellationToken cancellationToken)
    {
        using Stream events = await client
            .GetStreamAsync(new Uri($"/vamp/{id}/events", UriKind.Relative), cancellationToken)
            .ConfigureAwait(false);
        using var reader = new StreamReader(events);
        string state = "an end without a last event";
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                continue;
            }

            using JsonDocument status = JsonDocument.Parse(line[5..]);
            state = status.RootElement.GetProperty("state").GetString()!;
            if (cancels && state == "running")
            {
                await DeleteAsync(client, id, cancellationToken).ConfigureAwait(false);
            }
        }

        return state;
    }

    private static async Task DeleteAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await client
            .DeleteAsync(new Uri($"/vamp/{id}", UriKind.Relative), cancellationToken)
            .ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }
}

/// <summary>The outcomes of the requests of a <see cref="LoadRun"/>.</summary>
/// <param name="Done">Requests whose result was fetched whole.</param>
/// <param name="Cancelled">Requests that were cancelled, and said so.</param>
/// <param name="Lost">Requests that ended otherwise, with what they said.</param>
/// <param name="MemoryBytes">The managed heap after a full collection, at the end of each quarter of the requests.</param>
public sealed record LoadResult(int Done, int Cancelled, IReadOnlyList<string> Lost, IReadOnlyList<long> MemoryBytes);
