using System.Globalization;
using VampNet.Files;
using VampNet.Training.Files;
using VampNet.Training.Modules;

namespace VampNet.Training.Runs;

/// <summary>The folder of one model's run. <c>latest</c> and <c>best</c> are laid out as upstream's; <c>state</c> holds what resuming
/// needs.</summary>
/// <param name="path">The folder.</param>
internal sealed class RunFolder(string path)
{
    private const string StatePrefix = "step-",
        StateSuffix = ".safetensors";

    /// <summary>A line for each step.</summary>
    public string LossTable => Path.Combine(path, "loss.csv");

    /// <summary>A line for each measurement of the held-out loss.</summary>
    public string HeldOutTable => Path.Combine(path, "held_out.csv");

    /// <summary>Both as a picture.</summary>
    public string Plot => Path.Combine(path, "loss.svg");

    /// <summary>The states, oldest first.</summary>
    public IReadOnlyList<string> States() =>
        Directory.Exists(StateFolder) ? [.. Directory.EnumerateFiles(StateFolder, $"{StatePrefix}*{StateSuffix}").OrderBy(StepOf)] : [];

    /// <summary>The state of a step, present or not.</summary>
    public string State(long step) =>
        Path.Combine(StateFolder, string.Create(CultureInfo.InvariantCulture, $"{StatePrefix}{step:D8}{StateSuffix}"));

    /// <summary>Makes the folder, and removes what a killed process left half written.</summary>
    public void Create()
    {
        Directory.CreateDirectory(StateFolder);
        foreach (string folder in Directory.GetDirectories(path, "*", SearchOption.AllDirectories).Prepend(path).Where(Directory.Exists))
        {
            Leftovers.Remove(folder);
        }
    }

    /// <summary>Removes all states but the newest.</summary>
    public void KeepStates(int count)
    {
        foreach (string state in States().SkipLast(count))
        {
            File.Delete(state);
        }
    }

    /// <summary>Writes the model under <c>latest</c> or <c>best</c>; each file appears under its name only when complete.</summary>
    public void WriteModel(string tag, TrainableTransformer model, CheckpointFrame frame, bool withLora)
    {
        string weights = Path.Combine(path, tag, "vampnet", "weights.pth");
        Directory.CreateDirectory(Path.GetDirectoryName(weights)!);
        WeightFiles.WriteWeights(weights, model, frame);
        if (withLora)
        {
            WeightFiles.WriteLora(Path.Combine(path, tag, "lora.pth"), model);
        }
    }

    private string StateFolder => Path.Combine(path, "state");

    private static long StepOf(string state)
    {
        string name = Path.GetFileName(state)[StatePrefix.Length..^StateSuffix.Length];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
    }
}
