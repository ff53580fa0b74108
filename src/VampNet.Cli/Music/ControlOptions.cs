using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Checkpoints;
using VampNet.Runtime;
using VampNet.Runtime.Generation;

namespace VampNet.Cli.Music;

/// <summary>The options that guide models with control signals.</summary>
internal sealed class ControlOptions
{
    private readonly Option<string[]> _controls = new("--control")
    {
        HelpName = "NAME=FILE",
        Description =
            "Guide models that have the control signal NAME by a .safetensors FILE: float32 [dim,T], one column for each token frame, and "
            + "optionally a tensor \"mask\" [T] with 1 where the signal counts. May be given once for each signal.",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<double?> _scale = NumberOption.RealOrNone(
        "--cfg-scale",
        0,
        VampOptions.MostCfgScale,
        "Follow the signals X times as strongly (classifier-free guidance), at twice the cost. Absent: without guidance."
    );

    public ControlOptions() => _controls.Validators.Add(RequireNamesAndFiles);

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_controls);
        command.Add(_scale);
    }

    /// <summary>Whether the command line sets any of them.</summary>
    public bool AnyGiven(ParseResult arguments) =>
        arguments.GetResult(_controls) is { Implicit: false } || arguments.GetResult(_scale) is { Implicit: false };

    /// <summary>The runtime's options with the signals that a command line names.</summary>
    /// <exception cref="UsageException">A scale without a signal, or one signal twice.</exception>
    /// <exception cref="CommandException">VNL0002: no such file. VNL0013: it holds no signal.</exception>
    /// <exception cref="CheckpointException">A file is no tensor file.</exception>
    public VampOptions Read(ParseResult arguments, VampOptions options)
    {
        string[][] given = [.. arguments.GetRequiredValue(_controls).Select(text => text.Split('=', 2))];
        if (given.Length == 0)
        {
            return arguments.GetValue(_scale) is null
                ? options
                : throw new UsageException($"Give {_scale.Name} together with {_controls.Name}: it scales the signals' effect.");
        }

        if (given.Select(each => each[0]).Distinct(StringComparer.Ordinal).Count() < given.Length)
        {
            throw new UsageException($"Give {_controls.Name} once for each signal.");
        }

        return options with
        {
            Controls = given.ToDictionary(each => each[0], each => ReadSignal(each[0], each[1])),
            CfgScale = (float?)arguments.GetValue(_scale),
        };
    }

    private static void RequireNamesAndFiles(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            int at = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || string.IsNullOrWhiteSpace(token.Value[(at + 1)..]) || token.Value.Contains('\0', StringComparison.Ordinal))
            {
                result.AddError($"Found \"{token.Value}\" for --control. Expected NAME=FILE.");
            }
        }
    }

    private static ControlSignal ReadSignal(string name, string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {Path.GetFullPath(path)}",
                expected: $"the control signal {name} as a .safetensors file"
            );
        }

        using Checkpoint file = Checkpoint.Open(path);
        CheckpointTensor[] masks = [.. file.TensorList.Where(tensor => tensor.Name == "mask" || tensor.Name == $"ctrl_mask.{name}")];
        CheckpointTensor[] others = [.. file.TensorList.Except(masks)];
        CheckpointTensor? values = others.FirstOrDefault(tensor => tensor.Name == name || tensor.Name == $"ctrl.{name}");
        values ??= others.Length == 1 ? others[0] : null;
        int frames = values?.Shape is [.., var last] && IsOfRank(values, 2) ? checked((int)last) : 0;
        bool fits = masks.Length == 0 || (masks.Length == 1 && IsOfRank(masks[0], 1) && masks[0].ElementCount == frames);
        if (values is null || frames == 0 || values.ElementCount == 0 || !fits)
        {
            string found = string.Join(
                ", ",
                file.TensorList.Take(8).Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]")
            );
            throw new CommandException(
                CommandErrorIds.ControlMalformed,
                found: $"{found} in {path}",
                expected: $"the control signal {name}: one float32 tensor [dim, T], and at most one \"mask\" [T]",
                advice: "Write one column for each token frame"
            );
        }

        return new ControlSignal(values.ToSingles(), masks.Length == 0 ? Ones(frames) : masks[0].ToSingles());
    }

    // As written, or with a batch of one before.
    private static bool IsOfRank(CheckpointTensor tensor, int rank) =>
        tensor.Shape.Length == rank || (tensor.Shape.Length == rank + 1 && tensor.Shape[0] == 1);

    private static float[] Ones(int frames)
    {
        float[] ones = new float[frames];
        ones.AsSpan().Fill(1);
        return ones;
    }
}
