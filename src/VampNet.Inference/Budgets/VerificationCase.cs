namespace VampNet.Inference.Budgets;

/// <summary>One size of input at which a graph is judged.</summary>
/// <param name="Batch">Batch size B, 1 or more.</param>
/// <param name="Frames">Token frames T, 1 or more.</param>
/// <param name="Reason">The reason for this size: the faults that it reveals.</param>
public sealed record VerificationCase(int Batch, int Frames, string Reason);
