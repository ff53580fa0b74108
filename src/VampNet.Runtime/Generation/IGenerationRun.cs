namespace VampNet.Runtime.Generation;

/// <summary>The state of one call of <see cref="TokenGenerator"/>: everything a step needs is allocated before the first.</summary>
internal interface IGenerationRun
{
    /// <summary>The codes that the next step reads, [B,C,T].</summary>
    TokenGrid<long> Codes { get; }

    /// <summary>The model's logits for these codes, [B,T,P,V].</summary>
    float[] Logits { get; }

    /// <summary>Samples from <see cref="Logits"/> and brings <see cref="Codes"/> up to date.</summary>
    void Step(int step, CancellationToken cancellationToken);

    /// <summary>The last step's tokens, with the conditioning codebooks as they were given.</summary>
    TokenGrid<long> Result();
}
