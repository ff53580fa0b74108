using System.CommandLine;
using System.Globalization;
using VampNet.Reporting.Sound;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Benchmarks;

/// <summary>Gain of more steps: the likelihood of the true tokens, and how far the music is from the recording.</summary>
internal static class StepsBenchmark
{
    public static Command Command()
    {
        Option<DirectoryInfo> models = new("--models")
        {
            Required = true,
            HelpName = "DIR",
            Description = "A folder of exported models.",
        };
        Option<DirectoryInfo> judged = new("--judge-on")
        {
            Required = true,
            HelpName = "DIR",
            Description = "Recordings (.wav) that the models were not trained on.",
        };
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 10,
            HelpName = "S",
            Description = "Use the first S seconds of each recording.",
        };
        Option<int[]> steps = new("--steps")
        {
            DefaultValueFactory = _ => [1, 2, 4, 8, 12, 24, 36],
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
            Description = "Numbers of steps to compare.",
        };
        Option<int> seeds = new("--seeds")
        {
            DefaultValueFactory = _ => 3,
            HelpName = "N",
            Description = "Generate each recording with N seeds.",
        };
        Option<float> temperature = new("--temperature")
        {
            DefaultValueFactory = _ => 1,
            HelpName = "X",
            Description = "Temperature of the generated music.",
        };
        Command command = new("steps", "Prints nats for each true token, and log-mel distances, by the number of steps.")
        {
            models,
            judged,
            seconds,
            steps,
            seeds,
            temperature,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                RunAsync(
                    arguments.GetRequiredValue(models).FullName,
                    Recordings(arguments.GetRequiredValue(judged).FullName),
                    new Choices(
                        arguments.GetValue(seconds),
                        arguments.GetRequiredValue(steps),
                        arguments.GetValue(seeds),
                        arguments.GetValue(temperature)
                    ),
                    cancellationToken
                )
        );
        return command;
    }

    private static string[] Recordings(string folder) => [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)];

    private static async Task RunAsync(string folder, string[] recordings, Choices choices, CancellationToken cancellationToken)
    {
        using VampNetModels models = VampNetModels.Open(folder);
        VampNetPipeline pipeline = new(models);
        Piece[] pieces = new Piece[recordings.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            AudioClip whole = await AudioFile.ReadAsync(recordings[i], cancellationToken: cancellationToken).ConfigureAwait(false);
            AudioClip clip = new AudioPart(0, Math.Min(whole.Length, (int)(choices.Seconds * whole.SampleRate))).Cut(whole);
            TokenGrid<long> codes = await pipeline.EncodeAsync(clip, cancellationToken: cancellationToken).ConfigureAwait(false);
            IReadOnlyList<AudioClip> sound = await pipeline.DecodeAsync(codes, cancellationToken: cancellationToken).ConfigureAwait(false);
            pieces[i] = new Piece(clip, codes, sound[0]);
        }

        Console.WriteLine(
            $"{pieces.Length} recordings of {choices.Seconds:0.#} s at most, {choices.Seeds} seeds each; the mask is vamp's default, "
                + $"temperature {choices.Temperature.ToString(CultureInfo.InvariantCulture)}"
        );
        Console.WriteLine();
        Console.WriteLine("| steps | coarse, nats | c2f, nats | log-mel, coarse steps | log-mel, c2f steps |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        foreach (int steps in choices.Steps)
        {
            Mean coarse = new(),
                fine = new(),
                byCoarse = new(),
                byFine = new();
            foreach (Piece piece in pieces)
            {
                for (ulong seed = 1; seed <= (ulong)choices.Seeds; seed++)
                {
                    VampOptions options = new()
                    {
                        Seed = seed,
                        Coarse = new()
                        {
                            Steps = choices.Default.Coarse,
                            Sampling = new() { Temperature = choices.Temperature },
                        },
                        Fine = new()
                        {
                            Steps = choices.Default.Fine,
                            Sampling = new() { Temperature = choices.Temperature },
                        },
                    };
                    TokenGrid<bool> mask = await VampAsync(options with { Coarse = options.Coarse with { Steps = steps } }, piece, byCoarse)
                        .ConfigureAwait(false);
                    await VampAsync(options with { Fine = options.Fine with { Steps = steps } }, piece, byFine).ConfigureAwait(false);
                    AddNats(models.Coarse, piece.Codes, mask, 0, steps, seed, coarse);
                    // In chunks, as the pipeline generates them.
                    int chunk = models.Decoder.Configuration.Rate.ToFrames(options.FineChunkSeconds);
                    for (int start = 0; start + chunk <= piece.Codes.Frames; start += chunk)
                    {
                        AddNats(
                            models.Fine,
                            piece.Codes.SliceFrames(start, chunk),
                            mask.SliceFrames(start, chunk),
                            models.Fine.ConditioningCodebooks,
                            steps,
                            seed,
                            fine
                        );
                    }
                }
            }

            Console.WriteLine($"| {steps} | {coarse:0.000} | {fine:0.000} | {byCoarse:0.00} dB | {byFine:0.00} dB |");
        }

        // What vamping the recording gives is compared with the same codes decoded: the codec's own loss does not count.
        async Task<TokenGrid<bool>> VampAsync(VampOptions options, Piece piece, Mean distance)
        {
            VampResult result = await pipeline.VampAsync(piece.Clip, options, cancellationToken: cancellationToken).ConfigureAwait(false);
            AudioClip sound = result.Audio[0];
            distance.Add(AudioLoss.Of(piece.Decoded.Channels[0], sound.Channels[0], sound.SampleRate).MultiResolution);
            return result.Mask;
        }
    }

    /// <summary>
    /// Reveals the true tokens in an order drawn from the seed, as many in each step as the schedule says, and adds the nats of each: its
    /// negative log-likelihood given the prompt and the true tokens of earlier steps. The order for a seed does not depend on the steps.
    /// </summary>
    private static void AddNats(
        OnnxTokenModel model,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        int conditioning,
        int steps,
        ulong seed,
        Mean nats
    )
    {
        TokenGrid<long> given = codes.SliceCodebooks(0, model.Codebooks);
        TokenGrid<long> known = given.Clone();
        int predicted = model.Codebooks - conditioning;
        List<(int Codebook, int Frame)> hidden = [];
        for (int codebook = conditioning; codebook < model.Codebooks; codebook++)
        {
            for (int frame = 0; frame < codes.Frames; frame++)
            {
                if (mask[0, codebook, frame])
                {
                    hidden.Add((codebook, frame));
                    known[0, codebook, frame] = model.VocabularySize;
                }
            }
        }

        (int Codebook, int Frame)[] order = [.. hidden];
        new Random((int)seed).Shuffle(order);
        float[] logits = new float[codes.Frames * predicted * model.VocabularySize];
        int revealed = 0;
        for (int step = 1; step <= steps; step++)
        {
            int left = step == steps ? 0 : (int)(Math.Cos((double)step / steps * Math.PI / 2) * order.Length);
            if (order.Length - left <= revealed)
            {
                continue;
            }

            model.ComputeLogits(known, logits, CancellationToken.None);
            for (; revealed < order.Length - left; revealed++)
            {
                (int codebook, int frame) = order[revealed];
                int row = (frame * predicted) + codebook - conditioning;
                nats.Add(Nats(logits.AsSpan(row * model.VocabularySize, model.VocabularySize), (int)given[0, codebook, frame]));
                known[0, codebook, frame] = given[0, codebook, frame];
            }
        }
    }

    private static double Nats(ReadOnlySpan<float> logits, int token)
    {
        double highest = System.Numerics.Tensors.TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return highest + Math.Log(sum) - logits[token];
    }

    /// <summary>Length of music, numbers of steps and seeds to compare.</summary>
    private sealed record Choices(double Seconds, int[] Steps, int Seeds, float Temperature)
    {
        /// <summary>Steps of the stage that does not vary.</summary>
        public (int Coarse, int Fine) Default { get; } = (12, 2);
    }

    /// <summary>A recording, its codes, and these decoded.</summary>
    private sealed record Piece(AudioClip Clip, TokenGrid<long> Codes, AudioClip Decoded);

    /// <summary>A mean that grows.</summary>
    private sealed class Mean : IFormattable
    {
        private double _sum;
        private int _count;

        public void Add(double value) => (_sum, _count) = (_sum + value, _count + 1);

        public string ToString(string? format, IFormatProvider? formatProvider) =>
            (_sum / _count).ToString(format, CultureInfo.InvariantCulture);
    }
}
