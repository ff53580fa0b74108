using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Torch;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>
/// Distillation loss: a teacher's predictions in addition to the tokens, (1 - weight) * cross entropy + weight * t^2 * KL(teacher at t ||
/// student at t), over the masked tokens. Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
/// </summary>
/// <param name="teacher">The larger model, in evaluation mode; disposed with this.</param>
/// <param name="temperature">Divisor of the logits: above 1, the teacher's less likely tokens weigh more.</param>
/// <param name="weight">The share of the teacher in the loss; 0 to 1.</param>
internal sealed class Distillation(VampNetTransformer teacher, double temperature, double weight) : IDisposable
{
    /// <summary>Loads a teacher for a student onto its device; the processor where none is given.</summary>
    /// <exception cref="TrainingException">VNT0401: it predicts other tokens than the student.</exception>
    /// <exception cref="ArchitectureException">The files do not fit together.</exception>
    public static Distillation Load(
        string teacherPath,
        string codecPath,
        TransformerConfiguration student,
        double temperature,
        double weight,
        Device? device = null
    )
    {
        using Checkpoint checkpoint = Checkpoint.Open(teacherPath);
        using Checkpoint codec = Checkpoint.Open(codecPath);
        BoundTransformer bound = ModelBinder.BindTransformer(checkpoint, codec);
        TransformerConfiguration found = bound.Configuration;
        if (
            (found.Codebooks, found.ConditioningCodebooks, found.VocabularySize)
            != (student.Codebooks, student.ConditioningCodebooks, student.VocabularySize)
        )
        {
            throw new TrainingException(
                TrainingErrorIds.TeacherMismatch,
                found: $"a teacher of {Describe(found)} in {teacherPath} for a model of {Describe(student)}",
                expected: "a teacher that predicts the same tokens",
                advice: "Give the model that the new one is to replace"
            );
        }

        VampNetTransformer model = VampNetTransformer.Load(bound);
        model.to(device ?? CPU);
        return new Distillation(model, temperature, weight);
    }

    /// <summary>The teacher's logits [B, T, P, V] for codes int64 [B, C, T] with MASK = V.</summary>
    public Tensor Predict(Tensor codes)
    {
        using IDisposable noGradients = no_grad();
        return teacher.forward(codes);
    }

    /// <summary>Mixes the loss of the tokens with the loss of the teacher's predictions.</summary>
    /// <param name="tokens">The cross entropy of the tokens, a scalar.</param>
    /// <param name="logits">The student's, [B, T, P, V].</param>
    /// <param name="taught">The teacher's, of the same shape.</param>
    /// <param name="mask">bool [B, C, T].</param>
    public Tensor Mix(Tensor tokens, Tensor logits, Tensor taught, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        long predicted = logits.shape[2];
        Tensor counted = mask.narrow(1, mask.shape[1] - predicted, predicted).transpose(1, 2);
        Tensor student = (logits / temperature).log_softmax(-1),
            expected = (taught / temperature).log_softmax(-1);
        Tensor divergence = (expected.exp() * (expected - student)).sum(-1).masked_fill(counted.logical_not(), 0).sum() / counted.sum();
        return ((tokens * (1 - weight)) + (divergence * (weight * temperature * temperature))).MoveToOuterDisposeScope();
    }

    public void Dispose() => teacher.Dispose();

    private static string Describe(TransformerConfiguration configuration) =>
        $"{configuration.Codebooks} codebooks, {configuration.ConditioningCodebooks} of them given, {configuration.VocabularySize} entries";
}
