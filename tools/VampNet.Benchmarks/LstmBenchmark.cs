using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;

namespace VampNet.Benchmarks;

/// <summary>Times an LSTM layer in ONNX Runtime in three forms, in turns: float32, float32 with weights stored as int8, and
/// DynamicQuantizeLSTM. <see cref="DynamicQuantizationOptions.FasterLstmUnits"/> comes from it.</summary>
internal static class LstmBenchmark
{
    // A small layer takes 10 microseconds, too little to time alone.
    private const int RunsPerTurn = 20;

    private static readonly (int Units, int Steps, int Batch)[] Sizes =
    [
        (16, 50, 1),
        (32, 50, 1),
        (48, 50, 1),
        (64, 50, 1),
        (96, 50, 1),
        (128, 50, 1),
        (256, 50, 1),
        (512, 50, 1),
        (1024, 20, 1),
        (64, 1, 1),
        (96, 1, 1),
        (128, 1, 1),
        (256, 1, 1),
        (64, 50, 8),
        (256, 50, 8),
    ];

    public static Command Command()
    {
        Option<int> turns = new("--turns")
        {
            DefaultValueFactory = _ => 15,
            HelpName = "N",
            Description = "Number of turns.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 1,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Command command = new("lstm", "Times LSTM layers in float32, with weights stored as int8, and as DynamicQuantizeLSTM.")
        {
            turns,
            threads,
        };
        command.SetAction(arguments => Run(arguments.GetValue(turns), arguments.GetValue(threads)));
        return command;
    }

    private static void Run(int turns, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        Console.WriteLine("| units and inputs | steps | batch | float32, ms | stored as int8, ms | DynamicQuantizeLSTM, ms | ratio |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        foreach ((int units, int steps, int batch) in Sizes)
        {
            InferenceSession[] sessions =
            [
                .. new int?[] { null, int.MaxValue, 0 }.Select(leastUnits => Load(Build(units), leastUnits, options)),
            ];
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(Noise(steps * batch * units, 1, 3), [steps, batch, units]);
            Timings[] timings = Measure(sessions, input, turns);
            Console.WriteLine(
                FormattableString.Invariant(
                    $"| {units} | {steps} | {batch} | {Show(timings[0])} | {Show(timings[1])} | {Show(timings[2])} | {Ratio(timings):F2} |"
                )
            );
            Array.ForEach(sessions, session => session.Dispose());
        }
    }

    // Sessions take turns; a first round warms up.
    private static Timings[] Measure(InferenceSession[] sessions, OrtValue input, int turns)
    {
        Timings[] timings = [.. sessions.Select(_ => new Timings())];
        using RunOptions run = new();
        for (int turn = 0; turn <= turns; turn++)
        {
            foreach ((InferenceSession session, Timings timing) in sessions.Zip(timings))
            {
                (turn == 0 ? new Timings() : timing).Add(() =>
                {
                    for (int i = 0; i < RunsPerTurn; i++)
                    {
                        session.Run(run, session.InputNames, [input], session.OutputNames).Dispose();
                    }
                });
            }
        }

        return timings;
    }

    private static double Ratio(Timings[] timings) => timings[0].Median / timings[2].Median;

    private static string Show(Timings timings) =>
        FormattableString.Invariant($"{Milliseconds(timings.Median)} ({Milliseconds(timings.Least)} to {Milliseconds(timings.Greatest)})");

    private static string Milliseconds(double seconds) => FormattableString.Invariant($"{seconds * 1e3 / RunsPerTurn:F3}");

    private static InferenceSession Load(Model model, int? leastUnits, SessionOptions options)
    {
        using (model)
        {
            if (leastUnits is { } least)
            {
                _ = DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = least });
            }

            return new InferenceSession(ModelWriter.ToBytes(model), options);
        }
    }

    private static Model Build(int units)
    {
        GraphBuilder g = new("lstm", 20);
        Value x = g.Input("x", ElementType.Float, Dim.Symbol("T"), Dim.Symbol("B"), units);
        float bound = 1 / MathF.Sqrt(units);
        Value y = g.Node(
            "LSTM",
            "layer",
            [
                x,
                g.Weight("w", TensorData.FromArray(Noise(4 * units * units, bound, 1), 1, 4 * units, units)),
                g.Weight("r", TensorData.FromArray(Noise(4 * units * units, bound, 2), 1, 4 * units, units)),
            ],
            [("hidden_size", (long)units)]
        );
        g.Output(y, "y", ElementType.Float, Dim.Symbol("T"), 1, Dim.Symbol("B"), units);
        return g.Build();
    }

    private static float[] Noise(int count, float magnitude, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * magnitude)];
    }
}
