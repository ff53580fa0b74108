using System.Collections.Immutable;
using VampNet.Inference.Inputs.Files;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Makes samples for the inputs that a graph declares: from seeds, from recordings, from tensor files.</summary>
public sealed class SampleMaker
{
    // Vocabulary for integers about which neither the graph nor the caller says anything.
    private const int UnknownVocabulary = 2;

    private readonly InputPlanSet _plans;
    private readonly InputProfile _profile;

    private SampleMaker(InputPlanSet plans, InputProfile profile) => (_plans, _profile) = (plans, profile);

    /// <summary>Reads what a graph takes.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="profile">Properties of the inputs that the graph does not declare.</param>
    /// <exception cref="InferenceException">VNI0301: an input takes strings, is no tensor, or its rank is not known. VNI0342: a
    /// specification in the profile contradicts the graph.</exception>
    public static SampleMaker For(Model model, InputProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        profile ??= new InputProfile();
        return new SampleMaker(InputPlanner.Plan(model, profile.Specs, InferenceErrorIds.InputUnsupported), profile);
    }

    /// <summary>Groups of seeded samples for the check of a rewritten graph, one group for each size; within a group the first that runs is
    /// enough.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="seed">Equal seeds and graphs give equal samples.</param>
    /// <param name="specs">Specifications of inputs that the user gave.</param>
    /// <exception cref="InferenceException">VNI0401: an input is of a type that this cannot make. VNI0342: a specification contradicts the
    /// graph.</exception>
    internal static IEnumerable<IEnumerable<ModelSample>> Trials(Model model, ulong seed, ImmutableArray<InputSpec> specs) =>
        TrialSamples.Make(InputPlanner.Plan(model, specs, InferenceErrorIds.InputCannotBeMade), seed);

    /// <summary>The plan of each input, in the order of the inputs.</summary>
    public ImmutableArray<InputPlan> Plans => _plans.Plans;

    /// <summary>The length of the last dimension that stands for one frame: 1, or the profile's for a graph with a float32 input.</summary>
    public int SamplesPerFrame => Plans.Any(plan => plan.ElementType == ElementType.Float) ? _profile.SamplesPerFrame : 1;

    /// <summary>Whether some axis has no given length.</summary>
    public bool HasOpenLengths => !_plans.OpenLetters.IsEmpty;

    /// <summary>The length of every letter of the inputs' axes.</summary>
    /// <param name="extent">The length of what is in a row where nobody gave one.</param>
    public IReadOnlyDictionary<string, long> Lengths(int extent) => DefaultLengths.Of(_plans, extent);

    /// <summary>Kind of inputs that the graph takes: codes where an input is of indices; else sound, latents or other numbers, whatever
    /// comes first in that order.</summary>
    public InputKind Kind =>
        Plans.Any(plan => IsIndex(plan) && plan.Shape.Rank > 1)
            ? InputKind.Codes
            : Plans.Where(plan => plan.ElementType.IsFloatingPoint && !plan.IsMask).Select(KindOf).DefaultIfEmpty(InputKind.Numbers).Min();

    /// <summary>Samples from seeds: codes with a quarter of them masked, or audio that resembles sound.</summary>
    /// <param name="firstSeed">The seed of the first; each further one takes the next.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="extent">The length of what is in a row where the graph leaves it open: token frames, samples, pixels of a side.</param>
    /// <param name="kind">The family that they are of.</param>
    public IEnumerable<ModelSample> Seeded(ulong firstSeed, int count, int extent, SeedKind kind = SeedKind.Even)
    {
        Dictionary<string, long> lengths = DefaultLengths.Of(_plans, extent);
        return Enumerable
            .Range(0, count)
            .Select(i => new ModelSample(
                $"seed {firstSeed + (ulong)i}",
                [.. Plans.Select(plan => Seeded(plan, firstSeed + (ulong)i, lengths, kind))]
            ));
    }

    /// <summary>Samples from a file, or from a folder of files: WAV, .npz, .npy, .safetensors, and ONNX test data
    /// (test_data_set_0/input_0.pb). Inputs that the files do not hold get what is fed to them without files.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="extent">The longest last dimension to take at once; longer files give several samples.</param>
    /// <exception cref="InferenceException">VNI0302: no file fits the graph's inputs. VNI0344: a file is damaged. VNI0345: a tensor has
    /// another shape or type than its input.</exception>
    public IEnumerable<ModelSample> FromFiles(string path, int extent) => FromFiles([path], extent);

    /// <summary>Samples from several files and folders, as from one.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="extent">The longest last dimension to take at once; longer files give several samples.</param>
    /// <exception cref="InferenceException">As for one.</exception>
    public IEnumerable<ModelSample> FromFiles(IEnumerable<string> paths, int extent)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] given = [.. paths];
        SampleFolder folder = new(new SampleAssembler(Plans, _profile, extent, MakeMissing), _profile, extent);
        bool any = false;
        foreach (ModelSample sample in given.SelectMany(folder.Read))
        {
            any = true;
            yield return sample;
        }

        if (!any)
        {
            string wanted = string.Join(", ", Plans.Select(plan => $"{plan.Name} {plan.ElementType.OnnxName}{plan.Shape}"));
            throw new InferenceException(
                InferenceErrorIds.NothingToFeed,
                found: $"no input of the graph in {string.Join(", ", given)}",
                expected: "recordings for a graph of audio, or of codes with codec_encoder.onnx beside it; .npz, .safetensors, or a "
                    + "folder of .npy, with tensors named as its inputs; or ONNX test data (input_0.pb)",
                advice: $"Give values for the inputs {wanted}"
            );
        }
    }

    // What files do not hold: a rate, a state, a mask; of the lengths that the files' tensors have.
    private ModelInput MakeMissing(InputPlan plan, IReadOnlyDictionary<string, long> known)
    {
        Dictionary<string, long> lengths = DefaultLengths.Of(_plans, 1);
        foreach ((string letter, long length) in known)
        {
            lengths[letter] = length;
        }

        return plan.ElementType.IsFloatingPoint && plan is { Range: null, IsMask: false }
            ? Zeros(plan, lengths)
            : Seeded(plan, _profile.MissingSeed, lengths, SeedKind.Even);
    }

    private static ModelInput Zeros(InputPlan plan, Dictionary<string, long> lengths)
    {
        long[] shape = InputPlanSet.Extents(plan, lengths);
        return new ModelInput(plan.Name, ElementArrays.Create(plan.ElementType, new double[InputFiller.Count(plan, shape)]), shape);
    }

    private static bool IsIndex(InputPlan plan) =>
        plan.ElementType is ElementType.Int64 or ElementType.Int32
        && !plan.IsGiven
        && !plan.IsMask
        && plan.LengthOf is null
        && plan.Range is not { IsConstant: true };

    private static InputKind KindOf(InputPlan plan) =>
        plan.Shape is not { Rank: 3 } shape || shape[^1].IsConstant ? InputKind.Numbers
        : shape[1].Is(1) ? InputKind.Sound
        : InputKind.Latents;

    private ModelInput Seeded(InputPlan plan, ulong seed, Dictionary<string, long> lengths, SeedKind kind)
    {
        long[] shape = InputPlanSet.Extents(plan, lengths);
        int count = InputFiller.Count(plan, shape);
        if (IsIndex(plan) && (_profile.Vocabulary is not null || plan.Range is null))
        {
            int vocabulary = _profile.Vocabulary ?? UnknownVocabulary;
            int frames = (int)Math.Max(shape.LastOrDefault(1), 1);
            long[] codes =
                kind == SeedKind.Even
                    ? SeededInputs.Codes(seed, 1, 1, count, vocabulary, _profile.MaskShare)
                    : SeededInputs.HeldCodes(seed, count / frames, frames, vocabulary, _profile.MaskShare);
            return new ModelInput(plan.Name, ElementArrays.Convert(codes, plan.ElementType)!, shape);
        }

        if (plan.ElementType.IsFloatingPoint && plan is { Range: null, IsMask: false })
        {
            float[] audio =
                kind == SeedKind.Even ? SeededInputs.Audio(seed, 1, count, _profile.SampleRate)
                : KindOf(plan) == InputKind.Sound ? SeededInputs.Strokes(seed, count, _profile.SampleRate)
                : SeededInputs.Normal(seed, count);
            return new ModelInput(plan.Name, ElementArrays.Convert(audio, plan.ElementType)!, shape);
        }

        var random = new SplitMix64(seed);
        return InputFiller.Fill(plan, lengths, ref random, UnknownVocabulary);
    }
}
