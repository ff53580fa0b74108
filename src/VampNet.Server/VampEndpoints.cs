using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Masks;

namespace VampNet.Server;

/// <summary>The HTTP interface.</summary>
internal static class VampEndpoints
{
    private static readonly JsonSerializerOptions SettingsJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes, VampQueue queue, ServerOptions options)
    {
        routes
            .MapPost(
                "/vamp",
                (IFormFile audio, [FromForm] string? settings, CancellationToken cancellationToken) =>
                    PostAsync(queue, options, audio, settings, cancellationToken)
            )
            .DisableAntiforgery()
            .WithSummary("Takes a recording (WAVE, FLAC, MP3, Ogg Vorbis or AIFF) and settings as JSON, and answers at once.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet(
                "/vamp/{id}",
                Results<Ok<JobStatus>, ProblemHttpResult> (string id) =>
                    queue.Find(id) is { } job ? TypedResults.Ok(job.Status) : NotFound(id)
            )
            .WithSummary("How far a request is.");
        routes
            .MapGet(
                "/vamp/{id}/events",
                Results<ServerSentEventsResult<JobStatus>, ProblemHttpResult> (string id, CancellationToken cancellationToken) =>
                    queue.Find(id) is { } job ? TypedResults.ServerSentEvents(WatchAsync(job, cancellationToken)) : NotFound(id)
            )
            .WithSummary("A request's status as server-sent events, until it has ended.");
        routes
            .MapGet(
                "/vamp/{id}/result",
                Results<FileContentHttpResult, ProblemHttpResult> (string id, int? variation) => Fetch(queue, id, variation ?? 1)
            )
            .WithSummary("A finished request's sound as WAVE; variation counts from 1.");
        routes
            .MapDelete(
                "/vamp/{id}",
                Results<Ok<JobStatus>, ProblemHttpResult> (string id) =>
                {
                    if (queue.Find(id) is not { } job)
                    {
                        return NotFound(id);
                    }

                    job.Cancel();
                    return TypedResults.Ok(job.Status);
                }
            )
            .WithSummary("Cancels a request that waits or runs; one that has ended stays as it is.");
        routes.MapGet("/presets", () => TypedResults.Ok(MaskPreset.All)).WithSummary("The presets with what each sets.");
    }

    private static async Task<Results<Accepted<JobStatus>, ProblemHttpResult>> PostAsync(
        VampQueue queue,
        ServerOptions options,
        IFormFile audio,
        string? settings,
        CancellationToken cancellationToken
    )
    {
        try
        {
            VampOptions vamp = ReadSettings(settings).ToOptions(options.DefaultVamp);
            byte[] contents = new byte[audio.Length];
            using (Stream body = audio.OpenReadStream())
            {
                await body.ReadExactlyAsync(contents, cancellationToken).ConfigureAwait(false);
            }

            AudioClip clip = AudioFile.Read(contents, Path.GetFileName(audio.FileName));
            VampServer.RequireLength(clip, options);
            VampJob job = queue.Add(clip, vamp);
            return TypedResults.Accepted($"/vamp/{job.Id}", job.Status);
        }
        catch (RuntimeException problem)
        {
            return Problem(problem.Message, StatusCodes.Status400BadRequest);
        }
        catch (ServerException problem)
        {
            return Problem(
                problem.Message,
                problem.Id switch
                {
                    ServerErrorIds.QueueFull => StatusCodes.Status429TooManyRequests,
                    ServerErrorIds.Stopping => StatusCodes.Status503ServiceUnavailable,
                    _ => StatusCodes.Status400BadRequest,
                }
            );
        }
    }

    private static VampSettings ReadSettings(string? json)
    {
        try
        {
            return string.IsNullOrWhiteSpace(json)
                ? new VampSettings()
                : JsonSerializer.Deserialize<VampSettings>(json, SettingsJson) ?? new VampSettings();
        }
        catch (JsonException problem)
        {
            throw new ServerException(
                ServerErrorIds.SettingsInvalid,
                found: $"settings that do not parse ({problem.Message})",
                expected: "JSON with the controls, such as {\"steps\": 12}",
                advice: "Correct them",
                cause: problem
            );
        }
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> Fetch(VampQueue queue, string id, int variation)
    {
        if (queue.Find(id) is not { } job)
        {
            return NotFound(id);
        }

        return job.Result(variation) is { } wave
            ? TypedResults.File(wave, "audio/wav", $"{id}-{variation}.wav")
            : Problem(
                $"{ServerErrorIds.ResultMissing}: Found the request {job.Status.State.ToString().ToLowerInvariant()}, with "
                    + $"{job.Status.Variations} variations. Expected a finished request with a variation {variation}. "
                    + "Ask again when it is done.",
                StatusCodes.Status409Conflict
            );
    }

    private static async IAsyncEnumerable<SseItem<JobStatus>> WatchAsync(
        VampJob job,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (JobStatus status in job.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new SseItem<JobStatus>(status, "status");
        }
    }

    private static ProblemHttpResult NotFound(string id) =>
        Problem(
            $"{ServerErrorIds.JobUnknown}: Found no request '{id}'. Expected one that was sent not long ago. "
                + "Its result may have been dropped for newer ones.",
            StatusCodes.Status404NotFound
        );

    private static ProblemHttpResult Problem(string message, int status) => TypedResults.Problem(message, statusCode: status);
}
